using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Palisade.Validation.Internal;

namespace Palisade.Validation;

/// <summary>Reads the query of a request, each name at most once and each value strictly by its type.</summary>
/// <remarks>
/// A repeated name, a bracketed one (<c>action[$ne]</c>) and a NUL character are refused before anything is read. Errors
/// gather, so that the caller learns of all at once: read everything, then <see cref="ThrowIfRefused"/>. A value that is absent,
/// empty or refused is null.
/// </remarks>
public sealed class QueryReader
{
    // RFC 3339 date-times; a date alone is its midnight in UTC.
    private static readonly string[] InstantForms =
    [
        "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
        "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd",
    ];

    private const DateTimeStyles InUtc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static readonly Refusal NotANumber = new("malformed", "Must be a whole number.");
    private static readonly Refusal NotADate = new("malformed", "Must be a date such as 2026-01-31.");
    private static readonly Refusal NotAnInstant = new("malformed", "Must be a date, or a date and time with its offset (RFC 3339).");
    private static readonly Refusal Malformed = new("malformed", "Must be in its usual form.");
    private static readonly Refusal NotAllowed = new("not_allowed", "Must be one of the values allowed here.");
    private static readonly Refusal Reversed = new("out_of_range", "Must not be later than the end of the range.");

    private readonly IQueryCollection query;
    private readonly Findings findings = new();

    /// <summary>Looks at the names and values of the whole query.</summary>
    public QueryReader(IQueryCollection query)
    {
        ArgumentNullException.ThrowIfNull(query);
        this.query = query;
        QueryRules.Check(query, repeatable: null, findings);
    }

    /// <summary>What is wrong with the query, so far as it has been read.</summary>
    public IReadOnlyList<FieldError> Errors => findings.Errors;

    /// <summary>Text of one line with at most so many code points.</summary>
    public string? Text(string name, int maximum = 200)
    {
        if (!TryFind(name, out var text))
        {
            return null;
        }
        var refusal = FreeText.Check(text, 0, maximum, multiLine: false);
        return refusal == TextRefusal.None ? text : Refuse<string>(name, refusal.Explain(0, maximum));
    }

    /// <summary>A whole number in decimal ASCII digits, within the range.</summary>
    public long? WholeNumber(string name, long minimum, long maximum)
    {
        if (!TryFind(name, out var text))
        {
            return null;
        }
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
        {
            Refuse(name, NotANumber);
            return null;
        }
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < minimum || number > maximum)
        {
            Refuse(name, new("out_of_range", string.Create(CultureInfo.InvariantCulture, $"Must be between {minimum} and {maximum}.")));
            return null;
        }
        return number;
    }

    /// <summary>A calendar date, <c>yyyy-MM-dd</c>.</summary>
    public DateOnly? Date(string name)
    {
        if (!TryFind(name, out var text))
        {
            return null;
        }
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }
        Refuse(name, NotADate);
        return null;
    }

    /// <summary>A point in time (RFC 3339), in UTC; a date alone is its first moment.</summary>
    public DateTimeOffset? Instant(string name)
    {
        if (!TryFind(name, out var text))
        {
            return null;
        }
        if (DateTimeOffset.TryParseExact(text, InstantForms, CultureInfo.InvariantCulture, InUtc, out var instant))
        {
            return instant;
        }
        Refuse(name, NotAnInstant);
        return null;
    }

    /// <summary>Two points in time, of which the first MUST NOT be later than the second; either may be absent.</summary>
    public (DateTimeOffset? From, DateTimeOffset? To) Range(string from = "from", string to = "to")
    {
        var range = (From: Instant(from), To: Instant(to));
        if (range.From > range.To)
        {
            Refuse(from, Reversed);
        }
        return range;
    }

    /// <summary>A member of an enumeration by its lower-snake-case name; numbers are not names.</summary>
    public TEnum? OneOf<TEnum>(string name)
        where TEnum : struct, Enum
    {
        if (!TryFind(name, out var text))
        {
            return null;
        }
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()) == text)
            {
                return value;
            }
        }
        Refuse(name, NotAllowed);
        return null;
    }

    /// <summary>An id.</summary>
    public Guid? Id(string name) => Parsed(name, (string text, out Guid id) => Guid.TryParseExact(text, "D", out id), out var id) ? id : null;

    /// <summary>An IP address.</summary>
    public IPAddress? Address(string name) => Parsed(name, (string text, out IPAddress? address) => IPAddress.TryParse(text, out address), out var address) ? address : null;

    /// <summary>Throws <see cref="InvalidRequestException"/> with everything that was refused until now.</summary>
    public void ThrowIfRefused()
    {
        if (Errors.Count > 0)
        {
            throw new InvalidRequestException(Errors);
        }
    }

    private delegate bool TryParse<T>(string text, out T value);

    private bool Parsed<T>(string name, TryParse<T> parse, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (!TryFind(name, out var text))
        {
            return false;
        }
        if (parse(text, out value))
        {
            return true;
        }
        Refuse(name, Malformed);
        return false;
    }

    internal void Refuse(string name, Refusal refusal) => findings.Add(name, refusal);

    private T? Refuse<T>(string name, Refusal refusal)
        where T : class
    {
        Refuse(name, refusal);
        return null;
    }

    private bool TryFind(string name, [NotNullWhen(true)] out string? value)
    {
        value = query.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null;
        return !string.IsNullOrEmpty(value);
    }
}
