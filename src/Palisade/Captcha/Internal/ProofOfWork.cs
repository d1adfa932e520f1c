using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Palisade.Audit;
using Palisade.Crypto.Secrets;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Captcha.Internal;

/// <summary>A challenge as ALTCHA's widget takes it.</summary>
internal sealed record WorkChallenge(
    string Algorithm, string Challenge, string Salt, string Signature, [property: JsonPropertyName("maxnumber")] int MaxNumber);

/// <summary>A proof of work in ALTCHA's format, version 1: find the number n in 0..maxnumber with SHA-256(salt + n) = challenge.</summary>
/// <remarks>
/// <code>
///     salt       RANDOM?expires=UNIX&amp;network=HMAC&amp;     random and tag in hex; the last &amp; parts it from the number
///     challenge  hex(SHA-256(salt + number))
///     signature  hex(HMAC(challenge, salt))
///     solution   base64 of the JSON {algorithm, challenge, number, salt, signature}
/// </code>
/// Nothing is kept of a challenge until it is solved. It is good for who asked for it, for five minutes, once: solving one elsewhere
/// and using it here, or in a thousand attempts, is refused.
/// </remarks>
internal sealed class ProofOfWork(CaptchaOptions options, PalisadeDatabase database, TimeProvider clock) : ICaptcha
{
    private const string Algorithm = "SHA-256";
    private const int FailuresPerStep = 5;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { MaxDepth = 2, AllowDuplicateProperties = false };

    private sealed record Solution(string? Algorithm, string? Challenge, long? Number, string? Salt, string? Signature);

    /// <summary>A challenge for who asks, the harder the more failures came from there lately.</summary>
    public WorkChallenge Set(RequestFacts facts, int failures)
    {
        var most = (int)Math.Min(options.MaxDifficulty, options.Difficulty * Math.Pow(2, Math.Min(failures / FailuresPerStep, 20)));
        var expires = (clock.GetUtcNow() + options.Lifetime).ToUnixTimeSeconds();
        var salt = string.Create(
            CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}?expires={expires}&network={NetworkOf(facts)}&");
        var challenge = HashOf(salt, RandomNumberGenerator.GetInt32(most + 1));
        return new WorkChallenge(Algorithm, challenge, salt, Sign(challenge, salt), most);
    }

    public async Task<bool> IsSolvedAsync(string solution, RequestFacts facts, CancellationToken cancellationToken) =>
        Read(solution) is { Algorithm: Algorithm, Challenge: { } challenge, Number: { } number and >= 0, Salt: { } salt, Signature: { } signature }
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(challenge, salt)), Encoding.UTF8.GetBytes(signature))
        && HashOf(salt, number) == challenge
        && salt.Split('?', '&') is [_, var expires, var network, ""]
        && network == $"network={NetworkOf(facts)}"
        && long.Parse(expires["expires=".Length..], CultureInfo.InvariantCulture) > clock.GetUtcNow().ToUnixTimeSeconds()
        && await TrySpendAsync(challenge, cancellationToken);

    // Of any number of parallel uses one adds the row.
    private async Task<bool> TrySpendAsync(string challenge, CancellationToken cancellationToken)
    {
        var spent = false;
        await database.OnceSystemAsync(
            [
                new NpgsqlBatchCommand("INSERT INTO captcha.spent (hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true")
                {
                    Parameters =
                    {
                        new NpgsqlParameter<byte[]> { TypedValue = Convert.FromHexString(challenge) },
                        new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() + options.Lifetime },
                    },
                },
            ],
            (_, _) => spent = true,
            cancellationToken);
        return spent;
    }

    private static Solution? Read(string text)
    {
        var bytes = new byte[text.Length];
        try
        {
            return Convert.TryFromBase64String(text, bytes, out var length) ? JsonSerializer.Deserialize<Solution>(bytes.AsSpan(0, length), Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string Sign(string challenge, string salt) =>
        Convert.ToHexStringLower(KeyedHash.Compute(options.Key.Span, "captcha/challenge", Encoding.UTF8.GetBytes($"{challenge}:{salt}")));

    private string NetworkOf(RequestFacts facts) =>
        Convert.ToHexStringLower(KeyedHash.Compute(options.Key.Span, "captcha/network", Encoding.UTF8.GetBytes(ClientNetwork.Of(facts.Address))).AsSpan(0, 8));

    private static string HashOf(string salt, long number) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{salt}{number}"))));
}
