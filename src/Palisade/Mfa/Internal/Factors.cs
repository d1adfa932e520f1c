using Palisade.Storage;

namespace Palisade.Mfa.Internal;

/// <summary>What an account can be proved with, in one reading.</summary>
internal sealed record Factors(bool Totp, int Passkeys, int BackupCodes)
{
    /// <summary>Whether a factor is there that the role may sign in with. For a role that must have one, SMS is none.</summary>
    public bool Suffice(bool mandatory) => Totp || Passkeys > 0;

    /// <summary>The challenge that a right password is answered with, or <see langword="null"/> when the password is enough.</summary>
    public string? Owed(bool mandatory) => Suffice(mandatory) ? Challenges.Verify : mandatory ? Challenges.Enroll : null;

    /// <summary>What answers a challenge of this purpose.</summary>
    public IReadOnlyList<string> Methods(string purpose)
    {
        if (purpose == Challenges.Enroll)
        {
            return Challenges.EnrollmentMethods;
        }

        return BackupCodes > 0 ? [.. Enrolled, "backup_code"] : [.. Enrolled];
    }

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
        }
    }

    public static async Task<Factors> OfAsync(UnitOfWork work, Guid user, CancellationToken cancellationToken) => (await work.FirstAsync(
        """
        SELECT EXISTS (SELECT FROM mfa.totp_factors WHERE user_id = $1 AND state = 'active'),
               (SELECT count(*) FROM mfa.passkeys WHERE user_id = $1),
               (SELECT count(*) FROM mfa.backup_codes WHERE user_id = $1 AND used_at IS NULL)
        """,
        [user],
        row => new Factors(row.GetBoolean(0), (int)row.GetInt64(1), (int)row.GetInt64(2)),
        cancellationToken))!;

    /// <summary>Makes changes of one account's factors stand in line, so that two of them never remove the last one together.</summary>
    public static Task LockAsync(UnitOfWork work, Guid user, CancellationToken cancellationToken) =>
        work.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [$"factors/{user:N}"], cancellationToken);
}
