using System.Collections.Concurrent;
using System.Security.Cryptography;
using Palisade.Audit;
using Palisade.Storage;

namespace Palisade.Encryption;

/// <summary>What a key is for. Each purpose has one active key and any number of retired ones that still open what they sealed.</summary>
public enum KeyPurpose
{
    /// <summary>Seals TOTP seeds.</summary>
    TotpSeeds,

    /// <summary>The pepper of password hashes.</summary>
    PasswordPepper,

    /// <summary>Signs access tokens (an EC P-256 private key, PKCS #8).</summary>
    AccessTokens,

    /// <summary>Seals messages until they are sent.</summary>
    Messages,
}

/// <summary>A key of the ring. Its bytes never leave the process unwrapped.</summary>
/// <param name="Id">Names it in envelopes and tokens.</param>
/// <param name="Active">Whether it seals and signs; a retired one only opens and verifies.</param>
public sealed record RingKey(Guid Id, bool Active)
{
    internal byte[] Bytes { get; init; } = [];

    /// <summary>The type's name and the key's id, never the key.</summary>
    public override string ToString() => $"{nameof(RingKey)} {Id:N}";
}

/// <summary>The installation's keys: kept in PostgreSQL wrapped by the master key, held in memory unwrapped.</summary>
/// <remarks>All processes share one ring. A key made elsewhere since the last load is found by <see cref="FindAsync"/>.</remarks>
public sealed class KeyRing(PalisadeDatabase database, IMasterKey master, TimeProvider clock)
{
    private readonly ConcurrentDictionary<KeyPurpose, IReadOnlyList<RingKey>> keys = new();

    /// <summary>Reads every key, and makes the first one of each purpose that has none. Call once, before the first request.</summary>
    /// <exception cref="MasterKeyException">The keys were wrapped by another master key.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var purpose in Enum.GetValues<KeyPurpose>())
        {
            if (!(await ReadAsync(purpose, cancellationToken)).Any(key => key.Active))
            {
                await AddAsync(purpose, cancellationToken);
                await ReadAsync(purpose, cancellationToken);
            }
        }
    }

    /// <summary>The key that seals or signs for this purpose.</summary>
    public RingKey Active(KeyPurpose purpose) => keys[purpose].First(key => key.Active);

    /// <summary>Every key of this purpose, the active one first.</summary>
    public IReadOnlyList<RingKey> All(KeyPurpose purpose) => keys[purpose];

    /// <summary>The key with this id, asking PostgreSQL once when it is not known here; <see langword="null"/> when it does not exist.</summary>
    public async ValueTask<RingKey?> FindAsync(KeyPurpose purpose, Guid id, CancellationToken cancellationToken) =>
        keys[purpose].FirstOrDefault(key => key.Id == id)
        ?? (await ReadAsync(purpose, cancellationToken)).FirstOrDefault(key => key.Id == id);

    private async Task<IReadOnlyList<RingKey>> ReadAsync(KeyPurpose purpose, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(RequestFacts.OfProcess("keys"), cancellationToken);
        var rows = await work.ListAsync(
            "SELECT id, wrapped, active, wrapped_by FROM encryption.keys WHERE purpose = $1 ORDER BY active DESC, created_at DESC LIMIT 100",
            [purpose.ToString()],
            row => (Id: row.GetGuid(0), Wrapped: row.GetFieldValue<byte[]>(1), Active: row.GetBoolean(2), WrappedBy: row.GetString(3)),
            cancellationToken);
        var read = new List<RingKey>();
        foreach (var row in rows)
        {
            if (row.WrappedBy != master.Name)
            {
                throw new MasterKeyException($"The keys in this database were wrapped by {row.WrappedBy}; this instance has {master.Name}. Every instance needs the same ENCRYPTION_KEY.");
            }

            read.Add(new RingKey(row.Id, row.Active) { Bytes = await master.UnwrapAsync(row.Wrapped, Context(purpose, row.Id), cancellationToken) });
        }

        keys[purpose] = read;
        return read;
    }

    private async Task AddAsync(KeyPurpose purpose, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var wrapped = await master.WrapAsync(NewKey(purpose), Context(purpose, id), cancellationToken);
        await using var work = await database.BeginSystemAsync(RequestFacts.OfProcess("keys"), cancellationToken);
        // Ten nodes starting together make one key: the index allows one active key a purpose, and the others read it.
        await work.ExecuteAsync(
            "INSERT INTO encryption.keys (id, purpose, active, wrapped, wrapped_by, created_at) VALUES ($1, $2, true, $3, $4, $5) ON CONFLICT DO NOTHING",
            [id, purpose.ToString(), wrapped, master.Name, now],
            cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    private static string Context(KeyPurpose purpose, Guid id) => $"{purpose}/{id:N}";

    private static byte[] NewKey(KeyPurpose purpose)
    {
        if (purpose != KeyPurpose.AccessTokens)
        {
            return RandomNumberGenerator.GetBytes(32);
        }

        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return pair.ExportPkcs8PrivateKey();
    }
}

/// <summary>This instance's master key is not the one that wrapped the database's keys. The message names both, and neither is secret.</summary>
public sealed class MasterKeyException(string message) : Exception(message);
