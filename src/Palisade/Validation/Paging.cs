using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Palisade.Validation.Internal;

namespace Palisade.Validation;

/// <summary>Which page of a list is asked for (<c>?page=1&amp;pageSize=50</c>).</summary>
/// <remarks>As a parameter of a handler it is read from the query.</remarks>
/// <param name="Page">From 1.</param>
/// <param name="PageSize">From 1 to <see cref="MaximumPageSize"/>.</param>
public readonly record struct Paging(int Page, int PageSize)
{
    /// <summary>The page size where none is asked for.</summary>
    public const int DefaultPageSize = 50;

    /// <summary>The largest page; who asks for more gets this many (R260).</summary>
    public const int MaximumPageSize = 100;

    private static readonly Refusal NotPositive = new("out_of_range", "Must be a whole number from 1.");

    /// <summary>How many rows come before the page.</summary>
    public long Offset => (Page - 1L) * PageSize;

    /// <summary>How many pages so many rows fill.</summary>
    public long PageCount(long rows) => (rows + PageSize - 1) / PageSize;

    /// <summary>Reads <c>page</c> and <c>pageSize</c>; throws <see cref="InvalidRequestException"/> for what is no positive whole number.</summary>
    public static Paging Parse(IQueryCollection query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var findings = new Findings();
        var paging = new Paging(
            Read(query, "page", fallback: 1, maximum: int.MaxValue, findings),
            Read(query, "pageSize", DefaultPageSize, MaximumPageSize, findings));
        return findings.Errors.Count == 0 ? paging : throw new InvalidRequestException(findings.Errors);
    }

    /// <summary>Lets a minimal-API handler take a <see cref="Paging"/>.</summary>
    public static ValueTask<Paging> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult(Parse(context.Request.Query));
    }

    private static int Read(IQueryCollection query, string name, int fallback, int maximum, Findings findings)
    {
        var values = query[name];
        if (StringValues.IsNullOrEmpty(values))
        {
            return fallback;
        }
        var text = values.Count == 1 ? values[0].AsSpan().TrimStart('0') : default;
        if (text.IsEmpty || text.ContainsAnyExceptInRange('0', '9'))
        {
            findings.Add(name, values.Count == 1 ? NotPositive : QueryRules.Repeated);
            return fallback;
        }
        // All digits and no leading zero: what does not fit is larger than any limit.
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, maximum) : maximum;
    }
}
