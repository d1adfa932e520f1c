using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Palisade.Crypto.Attacks;

namespace Palisade.Crypto.Jose;

public sealed class SessionProofTests : IDisposable
{
    private readonly ECDsa device = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private Es256VerificationKey Key => Es256VerificationKey.FromSubjectPublicKeyInfo(device.ExportSubjectPublicKeyInfo());

    private string Jwk => $$"""{"kty":"EC","crv":"P-256","x":"{{Key.X}}","y":"{{Key.Y}}"}""";

    [Theory]
    [InlineData("""{"jti":"c"}""")]
    [InlineData("""{"jti":"c","iat":1725579055,"aud":"https://a.example/x","sub":"s","authorization":""}""")]
    [InlineData("""{"jti":"c","iat":"1725579055"}""")]
    public void Either_form_is_read_whatever_else_the_draft_puts_beside_the_challenge(string claims)
    {
        var registered = SessionProof.ReadWithKey(Proof($$"""{"alg":"ES256","typ":"dbsc+jwt","jwk":{{Jwk}}}""", claims))!;
        Assert.Equal(("c", Key.Kid), (registered.Challenge, registered.Key.Kid));

        var again = Es256VerificationKey.FromPoint(registered.Key.ToPoint());
        Assert.Equal("c", SessionProof.Read(Proof("""{"alg":"ES256","typ":"dbsc+jwt"}""", claims), again)!.Challenge);
    }

    [Theory]
    [InlineData("""{"alg":"ES256","typ":"dbsc+jwt"}""", """{"jti":""}""")]
    [InlineData("""{"alg":"ES256","typ":"dbsc+jwt"}""", """{"jti":1}""")]
    [InlineData("""{"alg":"ES256","typ":"dbsc+jwt"}""", """{"jti":"c","jti":"d"}""")]
    [InlineData("""{"alg":"ES256","typ":"dbsc+jwt"}""", """{}""")]
    [InlineData("""{"alg":"ES256","typ":"jwt"}""", """{"jti":"c"}""")]
    [InlineData("""{"alg":"RS256","typ":"dbsc+jwt"}""", """{"jti":"c"}""")]
    [InlineData("""{"alg":"none","typ":"dbsc+jwt"}""", """{"jti":"c"}""")]
    [InlineData("""{"alg":"ES256","typ":"dbsc+jwt","kid":"x"}""", """{"jti":"c"}""")]
    [InlineData("""{"alg":"ES256"}""", """{"jti":"c"}""")]
    public void Anything_else_is_refused_in_either_form(string header, string claims)
    {
        Assert.Null(SessionProof.Read(Proof(header, claims), Key));
        Assert.Null(SessionProof.ReadWithKey(Proof($$"""{{header[..^1]}},"jwk":{{Jwk}}}""", claims)));
    }

    [Fact]
    public void No_mutation_of_a_proof_is_read_and_none_throws_or_costs_much()
    {
        var proof = Proof($$"""{"alg":"ES256","typ":"dbsc+jwt","jwk":{{Jwk}}}""", """{"jti":"c","iat":1}""");
        var cost = new CostOfReading();

        Assert.DoesNotContain(
            Mutants.Of([proof], [proof, proof + "A", "a.b.c"], 4_000), mutant => mutant != proof && cost.Of(() => SessionProof.ReadWithKey(mutant)) is not null);
        Assert.InRange(cost.LargestAllocation, 1, 1024 * 1024);
    }

    public void Dispose() => device.Dispose();

    private string Proof(string header, string claims)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(device.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
