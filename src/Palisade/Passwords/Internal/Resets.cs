using Palisade.Accounts.Internal;
using Palisade.Storage;
using Palisade.Tokens.Internal;

namespace Palisade.Passwords.Internal;

/// <summary>Mailed links that replace a password: one per account, the newest; single use; in the database by keyed hash alone.</summary>
internal sealed class Resets(OneTimeTokens tokens, PasswordOptions options, TimeProvider clock)
{
    private const string Purpose = "reset-password";

    private sealed record Owner(Guid User);

    public (string Token, byte[] Hash) Create() => tokens.Create(Purpose);

    /// <summary>Makes this the account's link; the one before is dead when this commits.</summary>
    public Task OfferAsync(UnitOfWork work, UserAccount user, byte[] hash, CancellationToken cancellationToken) => work.ExecuteAsync(
        """
        INSERT INTO passwords.resets (user_id, tenant_id, hash, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at
        """,
        [user.Id, user.Tenant.Value, hash, clock.GetUtcNow() + options.ResetLifetime],
        cancellationToken);

    /// <summary>Whose link it is, without using it up: a guess is refused before it costs a hash.</summary>
    public Task<UserAccount?> FindAsync(UnitOfWork work, string token, CancellationToken cancellationToken) =>
        OwnerAsync(work, "SELECT user_id FROM passwords.resets WHERE hash = $1 AND expires_at > $2", token, cancellationToken);

    /// <summary>Uses the link up. Of any number of parallel callers one gets the account.</summary>
    public Task<UserAccount?> ConsumeAsync(UnitOfWork work, string token, CancellationToken cancellationToken) =>
        OwnerAsync(work, "DELETE FROM passwords.resets WHERE hash = $1 AND expires_at > $2 RETURNING user_id", token, cancellationToken);

    private async Task<UserAccount?> OwnerAsync(UnitOfWork work, string sql, string token, CancellationToken cancellationToken) =>
        await work.FirstAsync(sql, [tokens.Hash(Purpose, token), clock.GetUtcNow()], row => new Owner(row.GetGuid(0)), cancellationToken) is { } owner
        && await UserStore.FindAsync(work, owner.User, cancellationToken) is { IsActive: true } user ? user : null;
}
