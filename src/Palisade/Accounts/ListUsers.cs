using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>An account as its administrator sees it.</summary>
internal sealed record UserView(
    Guid Id, string Email, string Name, string Role, string Status, DateTimeOffset CreatedAt, Guid? CreatedBy,
    DateTimeOffset? LastLoginAt, string? LastLoginIp, DateTimeOffset? PasswordChangedAt)
{
    /// <summary>Until when sign-in is refused after too many failures; it ends by itself.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    public static UserView Of(UserAccount user) => new(
        user.Id, user.Email, user.Name, user.Role, user.Status, user.CreatedAt, user.CreatedBy, user.LastLoginAt, user.LastLoginIp?.ToString(), user.PasswordChangedAt);
}

/// <summary><c>GET /api/admin/users</c> and <c>/{id}</c>: the accounts of the caller's company.</summary>
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
        return paging.Result(context, total, users.Select(UserView.Of));
    }

    internal static async Task<IResult> ShowAsync(
        Guid id, HttpContext context, PalisadeDatabase database, AttemptLanes lanes, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(context.RequireCaller().Tenant, context.Facts(), cancellationToken);
        if (await UserStore.FindAsync(work, id, cancellationToken) is not { } user)
        {
            return Problem.NotFound.Result();
        }

        await work.RecordAsync(new SecurityEvent(SecurityEvents.UsersViewed).On("user", id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.Ok(UserView.Of(user) with { LockedUntil = await lanes.LockedUntilAsync(user, context.Facts(), cancellationToken) });
    }
}
