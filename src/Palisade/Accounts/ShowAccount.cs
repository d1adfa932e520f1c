using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Accounts;

/// <summary>One's own account.</summary>
internal sealed record AccountView(Guid Id, string Email, string Name, string Role, IEnumerable<string> Permissions, DateTimeOffset CreatedAt, DateTimeOffset? LastLoginAt);

/// <summary><c>GET /account</c>.</summary>
internal static class ShowAccount
{
    internal static async Task<IResult> HandleAsync(HttpContext context, PalisadeDatabase database, RoleBook roles, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        return await UserStore.FindAsync(database, caller.Tenant, caller.User, cancellationToken) is { } user
            ? Results.Ok(new AccountView(user.Id, user.Email, user.Name, user.Role, roles.Catalogue.NamesIn(caller.Permissions), user.CreatedAt, user.LastLoginAt))
            : Problem.NotFound.Result();
    }
}
