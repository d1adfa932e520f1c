using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Storage;

namespace Palisade.Mfa;

/// <summary>What one's own account is protected by.</summary>
internal sealed record SecurityView(
    bool MfaRequired, IReadOnlyList<string> Factors, int BackupCodesLeft, int Devices, DateTimeOffset? PasswordChangedAt, RecoveryStanding? Recovery, DateTimeOffset? ProbationUntil);

/// <summary><c>GET /account/security</c>.</summary>
internal static class ShowSecurity
{
    private sealed record Account(DateTimeOffset? PasswordChangedAt, int Devices);

    internal static async Task<IResult> HandleAsync(
        HttpContext context, PalisadeDatabase database, Recoveries recoveries, RoleBook roles, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        var factors = await Factors.OfAsync(work, caller.User, cancellationToken);
        var account = await work.FirstAsync(
            "SELECT password_changed_at, (SELECT count(*) FROM devices.devices WHERE user_id = $1 AND revoked_at IS NULL) FROM accounts.users WHERE id = $1",
            [caller.User],
            row => new Account(row.IsDBNull(0) ? null : row.GetFieldValue<DateTimeOffset>(0), (int)row.GetInt64(1)),
            cancellationToken);
        return account is null
            ? Problem.NotFound.Result()
            : Results.Ok(new SecurityView(
                roles.Find(caller.Role) is not { NeedsMfa: false },
                [.. factors.Enrolled],
                factors.BackupCodes,
                account.Devices,
                account.PasswordChangedAt,
                await recoveries.FindAsync(work, caller.User, cancellationToken) is { } recovery ? RecoveryStanding.Of("waiting", recovery) : null,
                caller.ProbationUntil));
    }
}
