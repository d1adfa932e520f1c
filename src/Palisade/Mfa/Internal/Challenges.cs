using Palisade.Accounts.Internal;
using Palisade.Storage;
using Palisade.Tenancy;
using Palisade.Tokens.Internal;

namespace Palisade.Mfa.Internal;

/// <summary>A challenge somebody presented, still good.</summary>
internal sealed record OpenChallenge(byte[] Hash, Guid User, TenantId Tenant, string Client);

/// <summary>Single-use tickets between the password and the second factor.</summary>
internal sealed class Challenges(OneTimeTokens tokens, MfaOptions options, TimeProvider clock)
{
    internal const string Verify = "verify";
    internal const string Enroll = "enroll";
    internal const string ChangePassword = "change_password";

    internal static readonly IReadOnlyList<string> EnrollmentMethods = ["totp"];

    /// <summary>Issues a challenge in the caller's transaction.</summary>
    public async Task<ChallengeIssued> IssueAsync(
        UnitOfWork work, UserAccount user, string purpose, IReadOnlyList<string> methods, string client, CancellationToken cancellationToken)
    {
        var (token, hash) = tokens.Create(purpose);
        var now = clock.GetUtcNow();
        await work.ExecuteAsync("DELETE FROM mfa.challenges WHERE user_id = $1 AND expires_at < $2", [user.Id, now], cancellationToken);
        await work.ExecuteAsync(
            "INSERT INTO mfa.challenges (hash, user_id, tenant_id, purpose, client, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
            [hash, user.Id, user.Tenant.Value, purpose, client, now + options.ChallengeLifetime],
            cancellationToken);
        return new ChallengeIssued(
            purpose switch { Enroll => "mfa_enrollment_required", ChangePassword => "password_change_required", _ => "mfa_required" },
            token,
            (int)options.ChallengeLifetime.TotalSeconds,
            methods);
    }

    /// <summary>Looks at a challenge without using it up.</summary>
    public Task<OpenChallenge?> FindAsync(UnitOfWork work, string? token, string purpose, CancellationToken cancellationToken) =>
        QueryAsync(work, token, purpose, "SELECT hash, user_id, tenant_id, client FROM mfa.challenges", "", cancellationToken);

    /// <summary>Counts one try against a challenge before its code is looked at. <see langword="null"/> when it is over, used or void.</summary>
    public Task<OpenChallenge?> TakeTryAsync(UnitOfWork work, string? token, string purpose, CancellationToken cancellationToken) =>
        QueryAsync(work, token, purpose, "UPDATE mfa.challenges SET attempts = attempts + 1", "RETURNING hash, user_id, tenant_id, client", cancellationToken);

    /// <summary>Uses the challenge up. Of any number of parallel callers, one gets <see langword="true"/>.</summary>
    public async Task<bool> ConsumeAsync(UnitOfWork work, OpenChallenge challenge, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            "UPDATE mfa.challenges SET consumed_at = $2 WHERE hash = $1 AND consumed_at IS NULL", [challenge.Hash, clock.GetUtcNow()], cancellationToken) == 1;

    /// <summary>Voids every challenge of an account: the password that opened them is no longer its own.</summary>
    public Task<int> VoidAllAsync(UnitOfWork work, Guid user, CancellationToken cancellationToken) =>
        work.ExecuteAsync("UPDATE mfa.challenges SET consumed_at = $2 WHERE user_id = $1 AND consumed_at IS NULL", [user, clock.GetUtcNow()], cancellationToken);

    private Task<OpenChallenge?> QueryAsync(UnitOfWork work, string? token, string purpose, string before, string after, CancellationToken cancellationToken) =>
        work.FirstAsync(
            $"{before} WHERE hash = $1 AND purpose = $2 AND consumed_at IS NULL AND attempts < $3 AND expires_at > $4 {after}",
            [tokens.Hash(purpose, token ?? ""), purpose, options.ChallengeAttempts, clock.GetUtcNow()],
            row => new OpenChallenge(row.GetFieldValue<byte[]>(0), row.GetGuid(1), new TenantId(row.GetGuid(2)), row.GetString(3)),
            cancellationToken);
}
