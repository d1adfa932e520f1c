using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Palisade.Crypto.Secrets.Internal;

namespace Palisade.Crypto.Jose;

/// <summary>The public half of a PS256 key (RFC 7518 section 3.5). The salt has the hash's length; any other is refused.</summary>
public sealed class Ps256VerificationKey : JwsVerificationKey
{
    /// <summary>The fewest bits of a modulus (RFC 7518 section 3.5).</summary>
    public const int MinBits = 2048;

    /// <summary>The most: above, each signature would cost more than it protects.</summary>
    public const int MaxBits = 4096;

    private static readonly byte[] F4 = [1, 0, 1];

    private readonly LentKeys<RSA> verifiers;
    private readonly int signatureSize;

    internal Ps256VerificationKey(RSAParameters key)
        : base(JwsAlgorithm.Ps256, Thumbprint(Checked(key)))
    {
        var modulus = Base64Url.EncodeToString(key.Modulus!);
        signatureSize = key.Modulus!.Length;
        Jwk = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["kty"] = "RSA",
            ["n"] = modulus,
            ["e"] = "AQAB",
            ["use"] = "sig",
            ["alg"] = "PS256",
            ["kid"] = Kid,
        }.ToFrozenDictionary(StringComparer.Ordinal);
        verifiers = new LentKeys<RSA>(
            typeof(Ps256VerificationKey),
            () => RSA.Create(new RSAParameters { Modulus = key.Modulus, Exponent = F4 }),
            Environment.ProcessorCount);
        using var loan = verifiers.Borrow();
    }

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string> Jwk { get; }

    /// <summary>A key from its modulus, big-endian without leading zeros; the exponent is 65537.</summary>
    /// <exception cref="CryptographicException">It does not have <see cref="MinBits"/> to <see cref="MaxBits"/> bits.</exception>
    public static Ps256VerificationKey FromModulus(ReadOnlySpan<byte> modulus) => new(new RSAParameters { Modulus = modulus.ToArray(), Exponent = F4 });

    /// <inheritdoc />
    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != signatureSize)
        {
            return false;
        }

        using var loan = verifiers.Borrow();
        return loan.Key.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
    }

    // A small or even exponent makes forging easier, a large one makes each verification expensive: everybody uses F4.
    private static RSAParameters Checked(RSAParameters key) =>
        key.Modulus is { Length: >= MinBits / 8 and <= MaxBits / 8 } modulus && modulus[0] >= 0x80 && modulus[^1] % 2 == 1
        && key.Exponent is { } exponent && CryptographicOperations.FixedTimeEquals(exponent.AsSpan().TrimStart((byte)0), F4)
            ? key
            : throw new CryptographicException($"The key is no RSA key of {MinBits} to {MaxBits} bits with the exponent 65537.");

    // RFC 7638 section 3.2: the required members in lexicographic order.
    private static string Thumbprint(RSAParameters key) => Base64Url.EncodeToString(
        SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"e":"AQAB","kty":"RSA","n":"{{Base64Url.EncodeToString(key.Modulus!)}}"}""")));
}
