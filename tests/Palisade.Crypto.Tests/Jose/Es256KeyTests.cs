using System.Buffers.Text;
using System.Security.Cryptography;
using Palisade.Crypto.Tests;

namespace Palisade.Crypto.Jose;

public class Es256KeyTests
{
    [Fact]
    [Asvs("V11.2.1")]
    public void It_agrees_with_every_Wycheproof_case()
    {
        var cases = Table.Read("vectors/ecdsa-p256-sha256-p1363.tsv");
        var disagreeing = cases.Where(row =>
        {
            var point = row.Bytes("publicKey");
            var key = Es256VerificationKey.FromCoordinates(point.AsSpan(1, 32), point.AsSpan(33, 32));
            return key.Verify(row.Bytes("message"), row.Bytes("signature")) != row.IsValid;
        });

        Assert.Equal(262, cases.Count);
        Assert.Empty(disagreeing.Select(row => row.Text("id")));
    }

    [Fact]
    public void The_public_jwk_has_these_members_and_no_private_one()
    {
        using var key = Es256SigningKey.Create();

        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.Public.Jwk.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((key.Kid, "P-256", 43), (key.Public.Jwk["kid"], key.Public.Jwk["crv"], key.Public.X.Length));
        Assert.Equal(key.Kid, Key(key.Public.Jwk["x"], key.Public.Jwk["y"]).Kid);
    }

    [Fact]
    public void A_key_is_the_same_after_export_and_import()
    {
        using var key = Es256SigningKey.Create();
        using var copy = Es256SigningKey.Import(key.Export());

        Assert.Equal(key.Kid, copy.Kid);
        Assert.True(key.Public.Verify("data"u8, copy.Sign("data"u8)));
    }

    [Fact]
    public void A_key_that_is_not_P256_is_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Throws<CryptographicException>(() => Es256SigningKey.Import(p384.ExportPkcs8PrivateKey()));
        Assert.Throws<CryptographicException>(() => Es256SigningKey.Import([.. p256.ExportPkcs8PrivateKey(), 0]));
        Assert.Throws<CryptographicException>(() => Es256VerificationKey.FromSubjectPublicKeyInfo(p384.ExportSubjectPublicKeyInfo()));
        Assert.Throws<CryptographicException>(() => Es256VerificationKey.FromSubjectPublicKeyInfo(rsa.ExportSubjectPublicKeyInfo()));
        Assert.Throws<CryptographicException>(() => Es256VerificationKey.FromSubjectPublicKeyInfo([.. p256.ExportSubjectPublicKeyInfo(), 0]));
        Assert.Equal(43, Es256VerificationKey.FromSubjectPublicKeyInfo(p256.ExportSubjectPublicKeyInfo()).Kid.Length);
    }

    [Fact]
    public void A_key_that_spells_its_curve_out_is_refused()
    {
        // The numbers of P-256, but the key's own: a forger would choose another generator.
        using var named = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var spelled = ECDsa.Create(named.ExportExplicitParameters(includePrivateParameters: true));

        Assert.Throws<CryptographicException>(() => Es256VerificationKey.FromSubjectPublicKeyInfo(spelled.ExportSubjectPublicKeyInfo()));
        Assert.Throws<CryptographicException>(() => Es256SigningKey.Import(spelled.ExportPkcs8PrivateKey()));
    }

    [Fact]
    public void A_point_off_the_curve_is_refused_when_the_key_is_made()
    {
        var point = new byte[32];
        point[31] = 5;

        Assert.ThrowsAny<CryptographicException>(() => Es256VerificationKey.FromCoordinates(point, point));
        Assert.Throws<ArgumentException>(() => Es256VerificationKey.FromCoordinates(point.AsSpan(1), point));
    }

    [Fact]
    public void A_disposed_key_signs_nothing()
    {
        var key = Es256SigningKey.Create();
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Sign("data"u8));
        Assert.Throws<ObjectDisposedException>(() => key.Export());
    }

    private static Es256VerificationKey Key(string x, string y) =>
        Es256VerificationKey.FromCoordinates(Base64Url.DecodeFromChars(x), Base64Url.DecodeFromChars(y));
}
