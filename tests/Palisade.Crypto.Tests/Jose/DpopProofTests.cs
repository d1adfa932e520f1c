using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Palisade.Crypto.Attacks;

namespace Palisade.Crypto.Jose;

public sealed class DpopProofTests
{
    // RFC 9449 section 4.2.
    private const string Example =
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpm"
        + "X09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2Vy"
        + "dmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

    [Fact]
    public void The_example_of_RFC_9449_is_read()
    {
        var proof = DpopProof.Read(Example);

        Assert.Equal(
            new DpopProof(
                "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", "-BwC3ESc6acc2lTc", "POST", "https://server.example.com/token",
                DateTimeOffset.FromUnixTimeSeconds(1562262616), null, null),
            proof);
    }

    [Fact]
    public void A_proof_by_an_RSA_key_is_read_and_a_weak_one_is_not()
    {
        foreach (var bits in (int[])[2048, 1024])
        {
            using var key = RSA.Create(bits);
            var modulus = Base64Url.EncodeToString(key.ExportParameters(false).Modulus!);
            var signed = Encode($$$"""{"typ":"dpop+jwt","alg":"PS256","jwk":{"kty":"RSA","n":"{{{modulus}}}","e":"AQAB"}}""")
                + "." + Encode("""{"jti":"1","htm":"GET","htu":"https://a.example/","iat":1,"ath":"x","nonce":"y"}""");
            var proof = $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pss))}";

            Assert.Equal(bits == 2048, DpopProof.Read(proof) is not null);
        }
    }

    [Theory]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}}""")]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"oct","k":"AAAA"}}""")]
    [InlineData("""{"typ":"dpop+jwt","alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}""")]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":"x"}""")]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":{"deeper":1}}}""")]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jku":"https://attacker.example/"}""")]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256"}""")]
    [InlineData("[]")]
    public void A_header_of_another_kind_is_refused(string header) => Assert.Null(DpopProof.Read($"{Encode(header)}.{Example.Split('.')[1]}.{Example.Split('.')[2]}"));

    [Fact]
    public void A_key_off_the_curve_is_refused()
    {
        var point = Base64Url.EncodeToString(Enumerable.Repeat((byte)7, 32).ToArray());
        var header = $$$"""{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"{{{point}}}","y":"{{{point}}}"}}""";

        Assert.Null(DpopProof.Read($"{Encode(header)}.{Example.Split('.')[1]}.{Example.Split('.')[2]}"));
    }

    [Fact]
    public void No_mutation_of_a_proof_is_read_and_none_throws_or_costs_much()
    {
        var cost = new CostOfReading();

        Assert.DoesNotContain(
            Mutants.Of([Example], [Example, Example + "A", "a.b.c"], 12_000), mutant => mutant != Example && cost.Of(() => DpopProof.Read(mutant)) is not null);
        Assert.InRange(cost.LargestAllocation, 1, 1024 * 1024);
        Assert.InRange(cost.Slowest.TotalMilliseconds, 0, 10);
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
