using Palisade.Validation;

namespace Palisade.Crm.Data;

internal static class PagedQuery
{
    /// <summary>The rows of one page of an ordered query. A page beyond any row is empty.</summary>
    internal static IQueryable<T> Page<T>(this IQueryable<T> ordered, Paging paging) =>
        ordered.Skip((int)Math.Min(paging.Offset, int.MaxValue)).Take(paging.PageSize);
}
