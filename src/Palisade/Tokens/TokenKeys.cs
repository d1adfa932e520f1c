using System.Collections.Concurrent;
using Palisade.Crypto.Jose;
using Palisade.Encryption;

namespace Palisade.Tokens;

/// <summary>A key that tokens are or were made with, as an administrator sees it. Nothing of it is secret.</summary>
/// <param name="Kid">What tokens call it.</param>
/// <param name="Use"><c>sig</c> or <c>enc</c>.</param>
/// <param name="Algorithm">RFC 7518.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="SignsFrom">When its turn begins, or began.</param>
/// <param name="RetiredAt">When it was retired by hand.</param>
public sealed record TokenKey(
    string Kid, string Use, string Algorithm, KeyState State, DateTimeOffset CreatedAt, DateTimeOffset SignsFrom, DateTimeOffset? RetiredAt);

/// <summary>The keys of access tokens: which one signs, which ones verify, and how they change.</summary>
/// <remarks>Every node follows the ring within two seconds, and at once when it meets a key it does not know.</remarks>
public sealed class TokenKeys(KeyRing ring, TokenOptions options, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan ReloadPause = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Guid, JwsSigningKey> signing = new();
    private readonly ConcurrentDictionary<Guid, JweKey> encrypting = new();
    private readonly SemaphoreSlim reloading = new(1);
    private Stamped stamped = new([], [], 0);
    private long reloads;
    private long reloadedAt;

    internal static IReadOnlyList<KeyPurpose> Purposes { get; } = [KeyPurpose.AccessTokens, KeyPurpose.TokenEncryption];

    internal JwsSigningKey Signer => Key(Turn(KeyPurpose.AccessTokens));

    internal JweKey Encrypter => Encryption(Turn(KeyPurpose.TokenEncryption));

    /// <inheritdoc />
    public void Dispose() => reloading.Dispose();

    internal JwsVerificationKey? Find(string kid) => InUse(KeyPurpose.AccessTokens).Select(Key).FirstOrDefault(key => key.Kid == kid)?.Verification;

    internal JweKey? FindEncryption(string kid) => InUse(KeyPurpose.TokenEncryption).Select(Encryption).FirstOrDefault(key => key.Kid == kid);

    /// <summary>Differs once a key was added or retired: what a token said under another stamp is to be verified anew.</summary>
    internal int Stamp
    {
        get
        {
            var (signs, encrypts, known) = (ring.All(KeyPurpose.AccessTokens), ring.All(KeyPurpose.TokenEncryption), Volatile.Read(ref stamped));
            if (!ReferenceEquals(known.Signs, signs) || !ReferenceEquals(known.Encrypts, encrypts))
            {
                var hash = new HashCode();
                foreach (var key in signs.Concat(encrypts))
                {
                    hash.Add(key.Id);
                    hash.Add(key.RetiredAt);
                }

                known = new Stamped(signs, encrypts, hash.ToHashCode());
                Volatile.Write(ref stamped, known);
            }

            return known.Value;
        }
    }

    /// <summary>The public keys tokens are verified with, upcoming ones included, for <c>/.well-known/jwks.json</c>.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> Published() =>
        InUse(KeyPurpose.AccessTokens).Select(key => Key(key).Verification.Jwk).OfType<IReadOnlyDictionary<string, string>>();

    /// <summary>Every key of the ring, in the order in which they were made.</summary>
    public IEnumerable<TokenKey> List() => Purposes.SelectMany(purpose => WithStates(purpose).Select(pair => Describe(purpose, pair.Key, pair.State)));

    /// <summary>Gives the present keys their successors, which sign after the lead; <see langword="false"/> when another process was first.</summary>
    public async Task<bool> RotateAsync(CancellationToken cancellationToken)
    {
        var rotated = await SucceedAsync(KeyPurpose.AccessTokens, cancellationToken);
        return (!options.Encrypts || await SucceedAsync(KeyPurpose.TokenEncryption, cancellationToken)) && rotated;
    }

    /// <summary>Refuses a key, and with it every token it made, on all nodes; <see langword="false"/> when there is no such key or it is retired.</summary>
    public async Task<bool> RetireAsync(string kid, CancellationToken cancellationToken)
    {
        foreach (var purpose in Purposes)
        {
            await ring.ReloadAsync(purpose, cancellationToken);
            if (ring.All(purpose).FirstOrDefault(key => KidOf(purpose, key) == kid) is { } key)
            {
                return await ring.RetireAsync(purpose, key, AlgorithmOf(purpose), NewKey(purpose), cancellationToken);
            }
        }

        return false;
    }

    /// <summary>Lets the chosen algorithm take over, if the present key has another.</summary>
    /// <remarks>Once, at the start: while servers with the old and with the new choice run side by side, they would otherwise rotate in turn.</remarks>
    internal async Task AdoptAlgorithmAsync(CancellationToken cancellationToken)
    {
        if (AlgorithmOf(ring.Active(KeyPurpose.AccessTokens)) != options.Algorithm)
        {
            await SucceedAsync(KeyPurpose.AccessTokens, cancellationToken);
        }
    }

    /// <summary>Reads the ring, then rotates what is old enough.</summary>
    internal async Task FollowAsync(CancellationToken cancellationToken)
    {
        foreach (var purpose in Purposes)
        {
            await ring.ReloadAsync(purpose, cancellationToken);
            if (ring.Active(purpose).CreatedAt + options.KeyRotation <= clock.GetUtcNow() && (purpose == KeyPurpose.AccessTokens || options.Encrypts))
            {
                await SucceedAsync(purpose, cancellationToken);
            }
        }
    }

    /// <summary>Looks for keys that this node has not heard of, as a token names one. A flood of made-up names shares four looks a second.</summary>
    internal async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var seen = Interlocked.Read(ref reloads);
        await reloading.WaitAsync(cancellationToken);
        try
        {
            // Whoever waited here while another looked has what it wanted: all who wait share the next look.
            if (seen == Interlocked.Read(ref reloads))
            {
                if (ReloadPause - clock.GetElapsedTime(reloadedAt) is var pause && pause > TimeSpan.Zero && reloadedAt != 0)
                {
                    await Task.Delay(pause, cancellationToken);
                }

                foreach (var purpose in Purposes)
                {
                    await ring.ReloadAsync(purpose, cancellationToken);
                }

                reloadedAt = clock.GetTimestamp();
                Interlocked.Increment(ref reloads);
            }
        }
        finally
        {
            reloading.Release();
        }
    }

    private Task<bool> SucceedAsync(KeyPurpose purpose, CancellationToken cancellationToken) =>
        ring.SucceedAsync(purpose, ring.Active(purpose), AlgorithmOf(purpose), NewKey(purpose), options.KeyLead, cancellationToken);

    // Between a retirement elsewhere and our next look at the ring there may be none active: then the newest, never none.
    private RingKey Turn(KeyPurpose purpose) =>
        WithStates(purpose).Where(pair => pair.State == KeyState.Active).Select(pair => pair.Key).FirstOrDefault() ?? ring.Active(purpose);

    private IEnumerable<RingKey> InUse(KeyPurpose purpose) => WithStates(purpose).Where(pair => pair.State != KeyState.Retired).Select(pair => pair.Key);

    private IEnumerable<(RingKey Key, KeyState State)> WithStates(KeyPurpose purpose)
    {
        var (all, now, schedule) = (ring.All(purpose), clock.GetUtcNow(), options.Keys);
        return all.Select((key, place) => (key, schedule.StateOf(all, place, now)));
    }

    private TokenKey Describe(KeyPurpose purpose, RingKey key, KeyState state) => new(
        KidOf(purpose, key), purpose == KeyPurpose.AccessTokens ? "sig" : "enc", purpose == KeyPurpose.TokenEncryption ? "A256GCM" : AlgorithmOf(key).Name, state, key.CreatedAt, key.SignsFrom, key.RetiredAt);

    private string KidOf(KeyPurpose purpose, RingKey key) => purpose == KeyPurpose.AccessTokens ? Key(key).Kid : Encryption(key).Kid;

    private JwsSigningKey Key(RingKey key) => signing.GetOrAdd(
        key.Id, static (_, ringKey) => AlgorithmOf(ringKey).Import(ringKey.Bytes), key);

    private JweKey Encryption(RingKey key) => encrypting.GetOrAdd(key.Id, static (_, ringKey) => JweKey.Import(ringKey.Bytes), key);

    private string? AlgorithmOf(KeyPurpose purpose) => purpose == KeyPurpose.AccessTokens ? options.Algorithm.Name : null;

    private static JwsAlgorithm AlgorithmOf(RingKey key) => key.Algorithm is null ? JwsAlgorithm.Es256 : JwsAlgorithm.Find(key.Algorithm)!;

    private byte[] NewKey(KeyPurpose purpose)
    {
        if (purpose == KeyPurpose.TokenEncryption)
        {
            using var encryption = JweKey.Create();
            return encryption.Export();
        }

        using var key = options.Algorithm.CreateKey();
        return key.Export();
    }

    private sealed record Stamped(IReadOnlyList<RingKey> Signs, IReadOnlyList<RingKey> Encrypts, int Value);
}
