using Microsoft.AspNetCore.Identity;
using Npgsql;
using Palisade.Storage;

namespace Palisade.Mfa.Internal;

/// <summary>An account as the framework's passkey handler knows it: by its id alone.</summary>
internal sealed record PasskeyHolder(Guid Id)
{
    /// <summary>The WebAuthn user handle: random, and no personal data (WebAuthn 3, section 14.6.1).</summary>
    public string Handle => Id.ToString("N");
}

/// <summary>What the framework's handler reads while it checks a ceremony: our own table, inside the ceremony's transaction.</summary>
/// <remarks>
/// It writes nothing. Signature counters are handed out as 0, which makes the handler accept any; ours are moved by one
/// conditional write afterwards, so that of two parallel uses of a cloned key one is refused.
/// </remarks>
internal sealed class PasskeyStore(UnitOfWork work) : IUserPasskeyStore<PasskeyHolder>
{
    private const string Columns = "credential_id, public_key, created_at, transports, backup_eligible, backed_up";

    private sealed record Owner(Guid Id);

    public async Task<PasskeyHolder?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Guid.TryParseExact(userId, "N", out var id)
        && await work.FirstAsync("SELECT id FROM accounts.users WHERE id = $1", [id], row => new Owner(row.GetGuid(0)), cancellationToken) is { } owner
            ? new PasskeyHolder(owner.Id)
            : null;

    public async Task<PasskeyHolder?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await work.FirstAsync("SELECT user_id FROM mfa.passkeys WHERE credential_id = $1", [credentialId], row => new Owner(row.GetGuid(0)), cancellationToken) is { } owner
            ? new PasskeyHolder(owner.Id)
            : null;

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PasskeyHolder user, CancellationToken cancellationToken) =>
        [.. await work.ListAsync($"SELECT {Columns} FROM mfa.passkeys WHERE user_id = $1 ORDER BY created_at LIMIT 100", [user.Id], Read, cancellationToken)];

    public Task<UserPasskeyInfo?> FindPasskeyAsync(PasskeyHolder user, byte[] credentialId, CancellationToken cancellationToken) =>
        work.FirstAsync($"SELECT {Columns} FROM mfa.passkeys WHERE user_id = $1 AND credential_id = $2", [user.Id, credentialId], Read, cancellationToken);

    public Task<string> GetUserIdAsync(PasskeyHolder user, CancellationToken cancellationToken) => Task.FromResult(user.Handle);

    public void Dispose()
    {
        // The transaction is the caller's.
    }

    public Task AddOrUpdatePasskeyAsync(PasskeyHolder user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw NotOurs();

    public Task RemovePasskeyAsync(PasskeyHolder user, byte[] credentialId, CancellationToken cancellationToken) => throw NotOurs();

    public Task<IdentityResult> CreateAsync(PasskeyHolder user, CancellationToken cancellationToken) => throw NotOurs();

    public Task<IdentityResult> UpdateAsync(PasskeyHolder user, CancellationToken cancellationToken) => throw NotOurs();

    public Task<IdentityResult> DeleteAsync(PasskeyHolder user, CancellationToken cancellationToken) => throw NotOurs();

    public Task<PasskeyHolder?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => throw NotOurs();

    public Task<string?> GetNormalizedUserNameAsync(PasskeyHolder user, CancellationToken cancellationToken) => throw NotOurs();

    public Task<string?> GetUserNameAsync(PasskeyHolder user, CancellationToken cancellationToken) => throw NotOurs();

    public Task SetNormalizedUserNameAsync(PasskeyHolder user, string? normalizedName, CancellationToken cancellationToken) => throw NotOurs();

    public Task SetUserNameAsync(PasskeyHolder user, string? userName, CancellationToken cancellationToken) => throw NotOurs();

    private static NotSupportedException NotOurs() => new("Accounts are not kept by ASP.NET Core Identity here; only its passkey handler is used, and it does not need this.");

    private static UserPasskeyInfo Read(NpgsqlDataReader row) => new(
        row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<DateTimeOffset>(2), signCount: 0, row.GetFieldValue<string[]>(3),
        isUserVerified: true, row.GetBoolean(4), row.GetBoolean(5), attestationObject: [], clientDataJson: []);
}
