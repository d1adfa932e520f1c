using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;
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

    /// <summary>Signs access tokens. Takes turns (<see cref="KeySchedule"/>).</summary>
    AccessTokens,

    /// <summary>Seals messages until they are sent.</summary>
    Messages,

    /// <summary>Seals the telephone numbers that codes are sent to.</summary>
    PhoneNumbers,

    /// <summary>Encrypts access tokens, where that is wanted. Takes turns.</summary>
    TokenEncryption,
}

/// <summary>The installation's keys: kept in PostgreSQL wrapped by the master key, held in memory unwrapped.</summary>
/// <remarks>All processes share one ring. A key made elsewhere since the last load is found by <see cref="FindAsync"/> or <see cref="ReloadAsync"/>.</remarks>
public sealed class KeyRing(PalisadeDatabase database, IMasterKey master, TimeProvider clock)
{
    // A key that is retired at once has its successor begin so far in the past that no clock can find it upcoming.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

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

    /// <summary>The newest hundred keys of this purpose, in the order in which they were made.</summary>
    public IReadOnlyList<RingKey> All(KeyPurpose purpose) => keys[purpose];

    /// <summary>Reads again what other processes may have changed.</summary>
    /// <exception cref="NpgsqlException">PostgreSQL did not answer; what was known before stands.</exception>
    public Task ReloadAsync(KeyPurpose purpose, CancellationToken cancellationToken) => ReadAsync(purpose, cancellationToken);

    /// <summary>Gives a key its successor, unless another process has done so already: then the answer is <see langword="false"/>.</summary>
    internal async Task<bool> SucceedAsync(KeyPurpose purpose, RingKey head, string? algorithm, byte[] successor, TimeSpan lead, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(RequestFacts.OfProcess("keys"), cancellationToken);
        if (await work.ExecuteAsync("UPDATE encryption.keys SET active = false WHERE id = $1 AND active", [head.Id], cancellationToken) != 1)
        {
            return false;
        }

        await InsertAsync(work, purpose, algorithm, successor, clock.GetUtcNow() + lead, cancellationToken);
        await work.RecordAsync(Event(SecurityEvents.KeyRotated, purpose, head), cancellationToken);
        await work.CommitAsync(cancellationToken);
        await ReadAsync(purpose, cancellationToken);
        return true;
    }

    /// <summary>Refuses a key from now on; <see langword="false"/> when it was retired before. If its turn is now or to come, the next key's begins at once.</summary>
    internal async Task<bool> RetireAsync(KeyPurpose purpose, RingKey key, string? algorithm, byte[] replacement, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginSystemAsync(RequestFacts.OfProcess("keys"), cancellationToken);
        var retired = await work.FirstAsync(
            """
            UPDATE encryption.keys SET retired_at = $2, active = false
            FROM (SELECT id, active FROM encryption.keys WHERE id = $1 FOR UPDATE) before
            WHERE keys.id = before.id AND keys.retired_at IS NULL RETURNING before.active
            """,
            [key.Id, now],
            row => new { WasHead = row.GetBoolean(0) },
            cancellationToken);
        if (retired is null)
        {
            return false;
        }

        if (retired.WasHead)
        {
            await InsertAsync(work, purpose, algorithm, replacement, now - Skew, cancellationToken);
        }
        else
        {
            // Its successor may still be upcoming: then nobody signs, and it begins now.
            await work.ExecuteAsync(
                "UPDATE encryption.keys SET signs_from = $2 WHERE purpose = $1 AND active AND signs_from > $3", [purpose.ToString(), now - Skew, now], cancellationToken);
        }

        await work.RecordAsync(Event(SecurityEvents.KeyRetired, purpose, key), cancellationToken);
        await work.CommitAsync(cancellationToken);
        await ReadAsync(purpose, cancellationToken);
        return true;
    }

    /// <summary>The key with this id, asking PostgreSQL once when it is not known here; <see langword="null"/> when it does not exist.</summary>
    public async ValueTask<RingKey?> FindAsync(KeyPurpose purpose, Guid id, CancellationToken cancellationToken) =>
        keys[purpose].FirstOrDefault(key => key.Id == id)
        ?? (await ReadAsync(purpose, cancellationToken)).FirstOrDefault(key => key.Id == id);

    private async Task<IReadOnlyList<RingKey>> ReadAsync(KeyPurpose purpose, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(RequestFacts.OfProcess("keys"), cancellationToken);
        var rows = await work.ListAsync(
            """
            SELECT id, wrapped, active, wrapped_by, algorithm, created_at, coalesce(signs_from, created_at), retired_at
            FROM encryption.keys WHERE purpose = $1 ORDER BY created_at DESC LIMIT 100
            """,
            [purpose.ToString()],
            row => (
                Wrapped: row.GetFieldValue<byte[]>(1),
                WrappedBy: row.GetString(3),
                Key: new RingKey(row.GetGuid(0), row.GetBoolean(2))
                {
                    Algorithm = row.IsDBNull(4) ? null : row.GetString(4),
                    CreatedAt = row.GetFieldValue<DateTimeOffset>(5),
                    SignsFrom = row.GetFieldValue<DateTimeOffset>(6),
                    RetiredAt = row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7),
                }),
            cancellationToken);
        var known = keys.GetValueOrDefault(purpose, []).ToDictionary(key => key.Id, key => key.Bytes);
        var read = new List<RingKey>();
        foreach (var (wrapped, wrappedBy, key) in rows)
        {
            if (wrappedBy != master.Name)
            {
                throw new MasterKeyException($"The keys in this database were wrapped by {wrappedBy}; this instance has {master.Name}. Every instance needs the same ENCRYPTION_KEY.");
            }

            read.Add(key with { Bytes = known.GetValueOrDefault(key.Id) ?? await master.UnwrapAsync(wrapped, Context(purpose, key.Id), cancellationToken) });
        }

        keys[purpose] = [.. read.OrderBy(key => key.CreatedAt).ThenBy(key => key.Id)];
        return keys[purpose];
    }

    private async Task AddAsync(KeyPurpose purpose, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(RequestFacts.OfProcess("keys"), cancellationToken);
        await InsertAsync(work, purpose, null, NewKey(purpose), clock.GetUtcNow(), cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    private async Task InsertAsync(
        UnitOfWork work, KeyPurpose purpose, string? algorithm, byte[] key, DateTimeOffset signsFrom, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var wrapped = await master.WrapAsync(key, Context(purpose, id), cancellationToken);
        CryptographicOperations.ZeroMemory(key);
        // Ten nodes starting together make one key: the index allows one active key a purpose, and the others read it.
        await work.ExecuteAsync(
            """
            INSERT INTO encryption.keys (id, purpose, active, wrapped, wrapped_by, created_at, algorithm, signs_from)
            VALUES ($1, $2, true, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
            """,
            [id, purpose.ToString(), wrapped, master.Name, now, new NpgsqlParameter<string?> { TypedValue = algorithm }, signsFrom],
            cancellationToken);
    }

    private static SecurityEvent Event(SecurityEventType type, KeyPurpose purpose, RingKey key) => new SecurityEvent(type)
    {
        Details = new Dictionary<string, object?> { ["purpose"] = purpose.ToString(), ["algorithm"] = key.Algorithm },
    }.On("key", key.Id);

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
