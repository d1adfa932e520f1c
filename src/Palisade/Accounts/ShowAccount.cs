using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Hardening;

namespace Palisade.Accounts;

/// <summary>One's own account.</summary>
internal sealed record AccountView(Guid Id, string Email, string Name, string Role, IReadOnlyList<string> Permissions, DateTimeOffset CreatedAt, DateTimeOffset? LastLoginAt,
    DateTimeOffset? PasswordChangedAt);

/// <summary><c>GET /account</c>.</summary>
internal static class ShowAccount
{
    internal static async Task<IResult> HandleAsync(HttpContext context, AccountViews accounts, CancellationToken cancellationToken) =>
        await accounts.FindAsync(context.RequireCaller(), cancellationToken) is { } view ? Results.Ok(view) : Problem.NotFound.Result();
}
