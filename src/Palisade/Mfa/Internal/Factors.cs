using Palisade.Storage;

namespace Palisade.Mfa.Internal;

/// <summary>What an account can be proved with, in one reading.</summary>
/// <param name="Totp">An authenticator app.</param>
/// <param name="Passkeys">How many.</param>
/// <param name="Sms">A confirmed number.</param>
/// <param name="BackupCodes">How many are unused.</param>
/// <param name="WereRecovered">They were taken away by a recovery, and none followed yet.</param>
/// <param name="ProbationUntil">Until when nothing privileged is allowed with them.</param>
internal sealed record Factors(bool Totp, int Passkeys, bool Sms, int BackupCodes, bool WereRecovered, DateTimeOffset? ProbationUntil)
{
    /// <summary>The factors themselves, without what stands in for them.</summary>
    public IEnumerable<string> Enrolled
    {
        get
        {
            if (Totp)
            {
                yield return "totp";
            }

            if (Passkeys > 0)
            {
                yield return "passkey";
            }

            if (Sms)
            {
                yield return "sms";
            }
        }
    }

    /// <summary>Whether a factor is there that the role may sign in with. For a role that must have one, SMS is none.</summary>
    public bool Suffice(bool mandatory) => Totp || Passkeys > 0 || (Sms && !mandatory);

    /// <summary>The challenge that a right password is answered with, or <see langword="null"/> when the password is enough.</summary>
    public string? Owed(bool mandatory) => Suffice(mandatory) ? Challenges.Verify : mandatory || WereRecovered ? Challenges.Enroll : null;

    /// <summary>What answers a challenge of this purpose.</summary>
    public IReadOnlyList<string> Methods(string purpose, bool mandatory) => purpose == Challenges.Enroll
        ? Challenges.EnrollmentMethods
        : [.. Enrolled.Where(method => !(mandatory && method == "sms")), .. BackupCodes > 0 ? ["backup_code"] : Array.Empty<string>()];

    public static async Task<Factors> OfAsync(UnitOfWork work, Guid user, CancellationToken cancellationToken) => (await work.FirstAsync(
        """
        SELECT EXISTS (SELECT FROM mfa.totp_factors WHERE user_id = $1 AND state = 'active'),
               (SELECT count(*) FROM mfa.passkeys WHERE user_id = $1),
               EXISTS (SELECT FROM mfa.sms_factors WHERE user_id = $1 AND state = 'active'),
               (SELECT count(*) FROM mfa.backup_codes WHERE user_id = $1 AND used_at IS NULL),
               EXISTS (SELECT FROM mfa.recoveries WHERE user_id = $1 AND state = 'completed' AND probation_until IS NULL),
               (SELECT max(probation_until) FROM mfa.recoveries WHERE user_id = $1 AND state = 'completed')
        """,
        [user],
        row => new Factors(
            row.GetBoolean(0), (int)row.GetInt64(1), row.GetBoolean(2), (int)row.GetInt64(3), row.GetBoolean(4),
            row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5)),
        cancellationToken))!;

    /// <summary>Takes all of them away, and every challenge that they could still answer.</summary>
    public static async Task RemoveAllAsync(UnitOfWork work, Guid user, CancellationToken cancellationToken)
    {
        await LockAsync(work, user, cancellationToken);
        foreach (var table in new[] { "totp_factors", "passkeys", "sms_factors", "sms_codes", "backup_codes", "challenges" })
        {
            await work.ExecuteAsync($"DELETE FROM mfa.{table} WHERE user_id = $1", [user], cancellationToken);
        }
    }

    /// <summary>Makes changes of one account's factors stand in line, so that two of them never remove the last one together.</summary>
    public static Task LockAsync(UnitOfWork work, Guid user, CancellationToken cancellationToken) =>
        work.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [$"factors/{user:N}"], cancellationToken);
}
