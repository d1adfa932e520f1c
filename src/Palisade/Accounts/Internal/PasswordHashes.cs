using Palisade.Crypto.Passwords;
using Palisade.Encryption;

namespace Palisade.Accounts.Internal;

/// <summary>Hashing and checking of passwords, inside the pool's bound, under the ring's pepper.</summary>
internal sealed class PasswordHashes(KeyRing ring, HashPool pool, AccountOptions options)
{
    private readonly Lazy<PasswordHashing> hashing = new(() =>
    {
        var peppers = ring.All(KeyPurpose.PasswordPepper).OrderByDescending(key => key.Active).Select(key => new Pepper(key.Id, key.Bytes)).ToList();
        return new PasswordHashing(peppers[0], peppers.Skip(1), options.HashCost);
    });

    public Task<string> HashAsync(PasswordAttempt password, CancellationToken cancellationToken) =>
        pool.RunAsync(() => hashing.Value.Hash(password), cancellationToken);

    /// <summary>Compares with the stored hash, or, when there is none, with one that nobody has a password for: the same work.</summary>
    public async Task<PasswordVerdict> VerifyAsync(string? stored, PasswordAttempt password, CancellationToken cancellationToken)
    {
        using var place = pool.Enter(isKnown: false);
        return await VerifyAsync(stored, password, place, cancellationToken);
    }

    /// <inheritdoc cref="VerifyAsync(string?, PasswordAttempt, CancellationToken)"/>
    public Task<PasswordVerdict> VerifyAsync(string? stored, PasswordAttempt password, HashPlace place, CancellationToken cancellationToken) =>
        pool.RunAsync(() => hashing.Value.Verify(stored ?? hashing.Value.DecoyHash(), password), place, cancellationToken);

    /// <summary>Computes the decoy before the first request needs it.</summary>
    public void WarmUp() => hashing.Value.DecoyHash();
}
