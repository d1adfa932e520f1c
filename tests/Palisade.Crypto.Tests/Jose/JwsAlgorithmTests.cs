using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Crypto.Jose;

/// <summary>What every algorithm must do. Who adds one to the registry gets these, and the corpus of forgeries, at once.</summary>
public sealed class JwsAlgorithmTests
{
    public static TheoryData<string> Names => [.. JwsAlgorithm.All.Select(algorithm => algorithm.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_token_is_read_back_with_its_payload(string name)
    {
        using var key = JwsAlgorithm.Find(name)!.CreateKey();
        var token = CompactJws.Sign(key, "test+jwt", "any bytes"u8);

        Assert.Equal("any bytes"u8, CompactJws.Read(token, "test+jwt", kid => kid == key.Kid ? key.Verification : null).Payload.Span);
        Assert.Equal(
            $$"""{"alg":"{{name}}","kid":"{{key.Kid}}","typ":"test+jwt"}""",
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.AsSpan(0, token.IndexOf('.')))));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_key_is_the_same_after_export_and_import_and_another_key_is_another(string name)
    {
        var algorithm = JwsAlgorithm.Find(name)!;
        using var key = algorithm.CreateKey();
        using var copy = algorithm.Import(key.Export());
        using var other = algorithm.CreateKey();

        Assert.Equal((algorithm, key.Kid), (copy.Verification.Algorithm, copy.Kid));
        Assert.True(key.Verification.Verify("data"u8, copy.Sign("data"u8)));
        Assert.NotEqual(key.Kid, other.Kid);
        Assert.False(other.Verification.Verify("data"u8, key.Sign("data"u8)));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_key_of_another_kind_or_with_bytes_left_over_is_refused(string name)
    {
        var algorithm = JwsAlgorithm.Find(name)!;
        using var key = algorithm.CreateKey();

        Assert.ThrowsAny<CryptographicException>(() => algorithm.Import([.. key.Export(), 0]));
        Assert.ThrowsAny<CryptographicException>(() => algorithm.Import(key.Export().AsSpan(1)));
        Assert.ThrowsAny<CryptographicException>(() => algorithm.Import([]));
        foreach (var other in JwsAlgorithm.All.Where(other => other != algorithm))
        {
            using var foreign = other.CreateKey();
            Assert.ThrowsAny<CryptographicException>(() => algorithm.Import(foreign.Export()));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_disposed_key_signs_nothing(string name)
    {
        var key = JwsAlgorithm.Find(name)!.CreateKey();
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Sign("data"u8));
        Assert.Throws<ObjectDisposedException>(() => key.Export());
    }

    [Theory, MemberData(nameof(Names))]
    public void Nothing_private_is_in_the_published_key(string name)
    {
        using var key = JwsAlgorithm.Find(name)!.CreateKey();
        var published = key.Verification.Jwk;

        Assert.Equal(name == "HS256", published is null);
        Assert.Empty(published?.Keys.Intersect(["d", "p", "q", "dp", "dq", "qi", "oth", "k"]) ?? []);
        Assert.True(published is null || (published["kid"] == key.Kid && published["alg"] == name && published["use"] == "sig"));
    }

    [Fact]
    public void A_weak_or_unusual_RSA_key_is_refused()
    {
        using var small = RSA.Create(1024);
        using var good = RSA.Create(2048);
        var modulus = good.ExportParameters(includePrivateParameters: false).Modulus!;

        Assert.Throws<CryptographicException>(() => Ps256SigningKey.Import(small.ExportPkcs8PrivateKey()));
        Assert.Throws<CryptographicException>(() => Ps256VerificationKey.FromModulus(small.ExportParameters(false).Modulus));
        Assert.Throws<CryptographicException>(() => Ps256VerificationKey.FromModulus(new byte[8192]));
        Assert.Throws<CryptographicException>(() => Ps256VerificationKey.FromModulus([0, .. modulus]));
        Assert.Throws<CryptographicException>(() => new Ps256VerificationKey(new RSAParameters { Modulus = modulus, Exponent = [3] }));
        Assert.Equal(43, Ps256VerificationKey.FromModulus(modulus).Kid.Length);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("RS256")]
    [InlineData("es256")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_not_offered_is_not_found(string? name) => Assert.Null(JwsAlgorithm.Find(name));
}
