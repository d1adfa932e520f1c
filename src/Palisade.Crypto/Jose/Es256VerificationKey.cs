using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Palisade.Crypto.Secrets.Internal;

namespace Palisade.Crypto.Jose;

/// <summary>The public half of an ES256 key (RFC 7518 section 3.4): P-256, SHA-256, signatures of 64 bytes.</summary>
public sealed class Es256VerificationKey : JwsVerificationKey
{
    /// <summary>Bytes in a coordinate.</summary>
    public const int CoordinateSize = 32;

    /// <summary>Bytes in a signature: r and then s (RFC 7518 section 3.4).</summary>
    public const int SignatureSize = 64;

    private readonly LentKeys<ECDsa> verifiers;

    internal Es256VerificationKey(ECPoint point)
        : base(JwsAlgorithm.Es256, Thumbprint(Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y)))
    {
        X = Base64Url.EncodeToString(point.X);
        Y = Base64Url.EncodeToString(point.Y);
        Jwk = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = X,
            ["y"] = Y,
            ["use"] = "sig",
            ["alg"] = "ES256",
            ["kid"] = Kid,
        }.ToFrozenDictionary(StringComparer.Ordinal);

        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point };
        verifiers = new LentKeys<ECDsa>(
            typeof(Es256VerificationKey), () => ECDsa.Create(parameters), Environment.ProcessorCount);
        // A point off the curve is refused here, and not at the first token.
        using var loan = verifiers.Borrow();
    }

    /// <summary>The x coordinate in base64url, 43 characters (RFC 7518 section 6.2.1.2).</summary>
    public string X { get; }

    /// <summary>The y coordinate in base64url, 43 characters (RFC 7518 section 6.2.1.3).</summary>
    public string Y { get; }

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string> Jwk { get; }

    /// <summary>A key from its coordinates, <see cref="CoordinateSize"/> bytes each, big-endian.</summary>
    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public static Es256VerificationKey FromCoordinates(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y) =>
        x.Length == CoordinateSize && y.Length == CoordinateSize
            ? new Es256VerificationKey(new ECPoint { X = x.ToArray(), Y = y.ToArray() })
            : throw new ArgumentException($"A P-256 coordinate has {CoordinateSize} bytes.");

    /// <summary>A key as <see cref="ToPoint"/> wrote it.</summary>
    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public static Es256VerificationKey FromPoint(ReadOnlySpan<byte> point) =>
        FromCoordinates(point[..Math.Min(point.Length, CoordinateSize)], point[Math.Min(point.Length, CoordinateSize)..]);

    /// <summary>The key as 64 bytes: x and then y.</summary>
    public byte[] ToPoint() => [.. Base64Url.DecodeFromChars(X), .. Base64Url.DecodeFromChars(Y)];

    /// <summary>A key from a SubjectPublicKeyInfo structure in DER (RFC 5480).</summary>
    /// <exception cref="CryptographicException">It is malformed, has bytes left over, or is no P-256 key.</exception>
    public static Es256VerificationKey FromSubjectPublicKeyInfo(ReadOnlySpan<byte> der)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(der, out var read);
        return new Es256VerificationKey(P256Point(key, whole: read == der.Length));
    }

    /// <summary>Whether the 64-byte signature is this key's over the data. Never throws for a wrong signature.</summary>
    /// <remarks>
    /// ECDSA lets anyone turn a valid signature into one other valid one (r, n-s). A token's bytes are therefore no
    /// identity: revoke and count by its id, not by its text.
    /// </remarks>
    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize)
        {
            return false;
        }

        using var loan = verifiers.Borrow();
        return loan.Key.VerifyData(
            data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    // A key may spell its curve out as numbers. It then looks like P-256 and has a generator of the sender's choice
    // (CVE-2020-0601), so only the named curve counts.
    internal static ECPoint P256Point(ECDsa key, bool whole)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return whole && parameters.Curve.IsNamed && parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
            ? parameters.Q
            : throw new CryptographicException("The key is no P-256 key, or is followed by other bytes.");
    }

    // RFC 7638 section 3: the required members only, in this order, without white space.
    private static string Thumbprint(string x, string y) => Base64Url.EncodeToString(
        SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
}
