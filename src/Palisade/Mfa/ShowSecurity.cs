using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Storage;

namespace Palisade.Mfa;

/// <summary>What one's own account is protected by.</summary>
internal sealed record SecurityView(
    bool MfaRequired, IReadOnlyList<string> Factors, int BackupCodesLeft, DateTimeOffset? PasswordChangedAt, DateTimeOffset? ProbationUntil);

/// <summary><c>GET /account/security</c>.</summary>
internal static class ShowSecurity
{
    private sealed record PasswordAge(DateTimeOffset? ChangedAt);

    internal static async Task<IResult> HandleAsync(
        HttpContext context, PalisadeDatabase database, RoleBook roles, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        var factors = await Factors.OfAsync(work, caller.User, cancellationToken);
        var password = await work.FirstAsync(
            "SELECT password_changed_at FROM accounts.users WHERE id = $1",
            [caller.User],
            row => new PasswordAge(row.IsDBNull(0) ? null : row.GetFieldValue<DateTimeOffset>(0)),
            cancellationToken);
        return password is null
            ? Problem.NotFound.Result()
            : Results.Ok(new SecurityView(
                roles.Find(caller.Role) is not { NeedsMfa: false },
                [.. factors.Enrolled],
                factors.BackupCodes,
                password.ChangedAt,
                caller.ProbationUntil));
    }
}
