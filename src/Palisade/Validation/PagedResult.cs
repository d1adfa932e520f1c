using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Palisade.Validation;

/// <summary>The answer of every list: the items in the body, the counts in headers (R260).</summary>
public static class PagedResult
{
    /// <summary>One page of a list of <paramref name="total"/> rows.</summary>
    public static IResult Result<T>(this Paging paging, HttpContext context, long total, IEnumerable<T> items)
    {
        ArgumentNullException.ThrowIfNull(context);
        var headers = context.Response.Headers;
        headers["X-Total-Count"] = total.ToString(CultureInfo.InvariantCulture);
        headers["X-Page-Count"] = paging.PageCount(total).ToString(CultureInfo.InvariantCulture);
        headers["X-Current-Page"] = paging.Page.ToString(CultureInfo.InvariantCulture);
        return Results.Ok(new Items<T>(items));
    }

    private sealed record Items<T>([property: System.Text.Json.Serialization.JsonPropertyName("items")] IEnumerable<T> All);
}
