using Palisade.Accounts.Internal;
using Palisade.Crypto.Passwords;
using Palisade.Storage;

namespace Palisade.Passwords.Internal;

/// <summary>The hashes of passwords an account had before, where the profile remembers them (PCI DSS 8.3.7); nowhere else.</summary>
internal sealed class PasswordHistory(PasswordOptions options, PasswordHashes passwords, PalisadeDatabase database, TimeProvider clock)
{
    private int Remembered => options.Profile.Remembered;

    /// <summary>Whether the password is the present one or one of those before it. No transaction MUST be open meanwhile: each costs a hash.</summary>
    public async Task<bool> HoldsAsync(UserAccount user, PasswordAttempt password, Audit.RequestFacts facts, CancellationToken cancellationToken)
    {
        if (Remembered == 0)
        {
            return false;
        }

        IReadOnlyList<string> before;
        await using (var work = await database.BeginSystemAsync(facts, cancellationToken))
        {
            before = await work.ListAsync(
                "SELECT password_hash FROM passwords.previous WHERE user_id = $1 ORDER BY replaced_at DESC LIMIT $2",
                [user.Id, Remembered - 1],
                row => row.GetString(0),
                cancellationToken);
        }

        var found = false;
        foreach (var hash in before.Prepend(user.PasswordHash!))
        {
            found |= (await passwords.VerifyAsync(hash, password, cancellationToken)).Match;
        }

        return found;
    }

    /// <summary>Keeps the hash that is being replaced, and forgets the ones that no longer count.</summary>
    public async Task RememberAsync(UnitOfWork work, UserAccount user, CancellationToken cancellationToken)
    {
        if (Remembered > 1)
        {
            await work.ExecuteAsync(
                "INSERT INTO passwords.previous (id, user_id, tenant_id, password_hash, replaced_at) VALUES ($1, $2, $3, $4, $5)",
                [Guid.CreateVersion7(clock.GetUtcNow()), user.Id, user.Tenant.Value, user.PasswordHash!, clock.GetUtcNow()],
                cancellationToken);
        }

        await work.ExecuteAsync(
            """
            DELETE FROM passwords.previous WHERE user_id = $1 AND id NOT IN (
                SELECT id FROM passwords.previous WHERE user_id = $1 ORDER BY replaced_at DESC, id DESC LIMIT $2)
            """,
            [user.Id, Math.Max(0, Remembered - 1)],
            cancellationToken);
    }
}
