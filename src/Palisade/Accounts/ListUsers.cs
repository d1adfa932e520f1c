using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>An account as its administrator sees it.</summary>
internal sealed record UserView(Guid Id, string Email, string Name, string Role, string Status, DateTimeOffset CreatedAt, DateTimeOffset? LastLoginAt);

/// <summary><c>GET /api/admin/users</c>: the accounts of the caller's company.</summary>
internal static class ListUsers
{
    internal static async Task<IResult> HandleAsync(Paging paging, HttpContext context, PalisadeDatabase database, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(context.RequireCaller().Tenant, context.Facts(), cancellationToken);
        await using var count = work.Command("SELECT count(*) FROM accounts.users WHERE tenant_id = $1", context.RequireCaller().Tenant.Value);
        var total = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        var users = await UserStore.ListAsync(work, context.RequireCaller().Tenant, paging.Offset, paging.PageSize, cancellationToken);
        await work.RecordAsync(new SecurityEvent(SecurityEvents.UsersViewed) { Details = new Dictionary<string, object?> { ["page"] = paging.Page } }, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return paging.Result(context, total, users.Select(user =>
            new UserView(user.Id, user.Email, user.Name, user.Role, user.Status, user.CreatedAt, user.LastLoginAt)));
    }
}
