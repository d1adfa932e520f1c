using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Palisade.Crypto.Jose;

namespace Palisade.Crypto.Attacks;

/// <summary>The same of encrypted tokens: whoever holds the encryption key can say what they like, and is not believed.</summary>
[Invariant("C8")]
public sealed class EncryptedForgeryTests : IDisposable
{
    private const int Mutations = 12_000;
    private const int MiB = 1024 * 1024;

    private readonly ForgedTokens signed = ForgedTokens.Of(JwsAlgorithm.Es256);
    private readonly AccessTokenReader reader = new("palisade", "crm", TimeSpan.FromSeconds(30));
    private readonly JweKey key = JweKey.Create();
    private readonly JweKey other = JweKey.Create();
    private readonly string genuine;

    public EncryptedForgeryTests() => genuine = CompactJwe.Encrypt(key, signed.Genuine);

    public void Dispose()
    {
        key.Dispose();
        other.Dispose();
    }

    private string Header => $$"""{"alg":"dir","cty":"JWT","enc":"A256GCM","kid":"{{key.Kid}}"}""";

    [Fact]
    public void The_genuine_token_is_accepted()
    {
        Assert.True(Read(genuine).IsValid);
        Assert.True(Read(Build(Header, Text(signed.Genuine))).IsValid); // so the forgeries below are built rightly
        Assert.Equal(5, genuine.Split('.').Length);
        Assert.DoesNotContain(signed.Genuine.Split('.')[1], genuine, StringComparison.Ordinal);
    }

    [Fact]
    [Asvs("V9.1.2")]
    public void A_token_signed_with_the_encryption_key_is_refused()
    {
        using var asSigner = Hs256Key.Import(key.Export());
        var payload = Base64Url.DecodeFromChars(signed.Genuine.Split('.')[1]);
        foreach (var kid in (string[])[key.Kid, asSigner.Kid, signed.Trusted.Kid])
        {
            var inner = ForgedTokens.Sign(asSigner, $$"""{"alg":"HS256","kid":"{{kid}}","typ":"at+jwt"}""", Encoding.UTF8.GetString(payload));
            var read = Read(CompactJwe.Encrypt(key, inner));

            Assert.Equal((AccessTokenVerdict.Invalid, kid == signed.Trusted.Kid ? JoseOutcome.AlgorithmRefused : JoseOutcome.UnknownKey), (read.Verdict, read.Signature));
        }

        // And where HMAC is the choice: another key is another key.
        var hmac = ForgedTokens.Of(JwsAlgorithm.Hs256);
        var forged = ForgedTokens.Sign(asSigner, $$"""{"alg":"HS256","kid":"{{hmac.Trusted.Kid}}","typ":"at+jwt"}""", Encoding.UTF8.GetString(payload));
        Assert.Equal(JoseOutcome.SignatureRefused, reader.Read(CompactJwe.Encrypt(key, forged), hmac.Find, Find, ForgedTokens.Now).Signature);
    }

    [Theory, MemberData(nameof(ForgedTokenTests.Algorithms), MemberType = typeof(ForgedTokenTests))]
    public void No_forgery_becomes_right_by_encryption(string algorithm)
    {
        var forged = ForgedTokens.Of(JwsAlgorithm.Find(algorithm)!);
        var accepted = forged.All
            .Where(forgery => forgery.Token is { Length: > 0 and < 4096 })
            .Where(forgery => reader.Read(CompactJwe.Encrypt(key, forgery.Token!), forged.Find, Find, ForgedTokens.Now).Verdict != AccessTokenVerdict.Invalid);

        Assert.Empty(accepted.Select(forgery => forgery.Name));
    }

    [Fact]
    public void An_encrypted_token_is_not_unwrapped_twice() =>
        Assert.Equal(AccessTokenVerdict.Invalid, Read(CompactJwe.Encrypt(key, CompactJwe.Encrypt(key, signed.Genuine))).Verdict);

    [Fact]
    [Asvs("V9.1.2", "V9.1.3")]
    public void Every_forged_envelope_is_stopped_by_its_own_check()
    {
        var forgeries = Forgeries().ToList();

        Assert.True(forgeries.Count > 60);
        Assert.Equal(
            forgeries.Select(forgery => (forgery.Name, AccessTokenVerdict.Invalid, forgery.Outcome)),
            forgeries.Select(forgery =>
            {
                var read = Read(forgery.Token);
                return (forgery.Name, read.Verdict, read.Signature);
            }));
    }

    [Fact]
    public void A_compressed_bomb_stays_packed()
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(new byte[4 * MiB]);
        }

        var bomb = Build(Header[..^1] + ",\"zip\":\"DEF\"}", packed.ToArray());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = Read(bomb);

        Assert.True(4 * MiB / packed.Length > 900); // so it is one
        Assert.Equal(AccessTokenVerdict.Invalid, read.Verdict);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    [Fact]
    public void No_mutation_is_accepted_and_none_throws()
    {
        string[] honest = [genuine, CompactJwe.Encrypt(key, signed.AlsoGenuine), signed.Genuine];
        string[] seeds = [.. honest, .. Forgeries().Select(forgery => forgery.Token).Where(token => token.Length < 8192)];
        var cost = new CostOfReading();

        var accepted = Mutants.Of(honest[..2], seeds, Mutations).Count(mutant =>
            cost.Of(() => Read(mutant)).Verdict != AccessTokenVerdict.Invalid && !honest.Contains(mutant));

        Assert.Equal(0, accepted);
        Assert.InRange(cost.LargestAllocation, 1, MiB);
        Assert.InRange(cost.Slowest.TotalMilliseconds, 0, 10);
    }

    private IEnumerable<(string Name, string Token, JoseOutcome Outcome)> Forgeries()
    {
        var inner = Text(signed.Genuine);
        foreach (var member in (string[])
                 [
                     "\"zip\":\"DEF\"", "\"jku\":\"https://attacker.example/\"", "\"x5u\":\"https://attacker.example/\"", "\"jwk\":{\"kty\":\"oct\"}",
                     "\"x5c\":[\"MIIB\"]", "\"crit\":[\"zip\"]", "\"epk\":{}", "\"apu\":\"AA\"", "\"p2c\":2000000000", "\"p2s\":\"AA\"",
                     "\"iv\":\"AA\"", "\"tag\":\"AA\"", "\"typ\":\"JWT\"", "\"exp\":1",
                 ])
        {
            yield return ($"header {member}", Build($"{Header[..^1]},{member}}}", inner), JoseOutcome.HeaderRefused);
        }

        foreach (var (name, header) in ((string, string)[])
                 [
                     ("no alg", $$"""{"cty":"JWT","enc":"A256GCM","kid":"{{key.Kid}}"}"""),
                     ("no enc", $$"""{"alg":"dir","cty":"JWT","kid":"{{key.Kid}}"}"""),
                     ("no kid", """{"alg":"dir","cty":"JWT","enc":"A256GCM"}"""),
                     ("no cty", $$"""{"alg":"dir","enc":"A256GCM","kid":"{{key.Kid}}"}"""),
                     ("cty other", Header.Replace("JWT", "json", StringComparison.Ordinal)),
                     ("cty in lower case", Header.Replace("JWT", "jwt", StringComparison.Ordinal)),
                     ("alg twice", "{\"alg\":\"RSA1_5\"," + Header[1..]),
                     ("enc twice, once escaped", Header[..^1] + ",\"\\u0065nc\":\"A128GCM\"}"),
                     ("two objects", Header + Header),
                     ("no JSON", "dir"),
                     ("kid a path", Header.Replace(key.Kid, "../../../dev/null", StringComparison.Ordinal)),
                     ("kid of 2,000 letters", Header.Replace(key.Kid, new string('A', 2000), StringComparison.Ordinal)),
                     ("kid a list", Header.Replace($"\"{key.Kid}\"", "[]", StringComparison.Ordinal)),
                 ])
        {
            yield return (name, Build(header, inner), JoseOutcome.HeaderRefused);
        }

        foreach (var alg in (string[])["none", "RSA1_5", "RSA-OAEP", "A256KW", "A256GCMKW", "ECDH-ES", "PBES2-HS256+A128KW", "HS256", "DIR", ""])
        {
            yield return ($"alg '{alg}'", Build(Header.Replace("dir", alg, StringComparison.Ordinal), inner), JoseOutcome.AlgorithmRefused);
        }

        foreach (var enc in (string[])["A128GCM", "A192GCM", "A256CBC-HS512", "A128CBC-HS256", "a256gcm", "none", ""])
        {
            yield return ($"enc '{enc}'", Build(Header.Replace("A256GCM", enc, StringComparison.Ordinal), inner), JoseOutcome.AlgorithmRefused);
        }

        yield return ("the kid of the signing key", Build(Header.Replace(key.Kid, signed.Trusted.Kid, StringComparison.Ordinal), inner), JoseOutcome.UnknownKey);
        yield return ("another key under our kid", Build(Header, inner, under: other), JoseOutcome.DecryptionRefused);
        yield return ("the header of another time", Rebuilt(parts => parts[0] = Encode(Header.Replace("\"JWT\"", " \"JWT\"", StringComparison.Ordinal))), JoseOutcome.DecryptionRefused);
        yield return ("an encrypted key", Rebuilt(parts => parts[1] = "AAAA"), JoseOutcome.Malformed);
        yield return ("another nonce", Rebuilt(parts => parts[2] = "AAAAAAAAAAAAAAAA"), JoseOutcome.DecryptionRefused);
        foreach (var size in (int[])[1, 8, 11, 13, 16, 1024])
        {
            yield return ($"a nonce of {size} bytes", Rebuilt(parts => parts[2] = Base64Url.EncodeToString(new byte[size])), JoseOutcome.DecryptionRefused);
        }

        foreach (var size in (int[])[1, 4, 12, 15])
        {
            yield return ($"a tag cut to {size} bytes", Rebuilt(parts => parts[4] = Base64Url.EncodeToString(Base64Url.DecodeFromChars(parts[4]).AsSpan(0, size))), JoseOutcome.DecryptionRefused);
        }

        yield return ("a tag of 17 bytes", Rebuilt(parts => parts[4] = Base64Url.EncodeToString([.. Base64Url.DecodeFromChars(parts[4]), 0])), JoseOutcome.DecryptionRefused);
        yield return ("a tag of zeros", Rebuilt(parts => parts[4] = Base64Url.EncodeToString(new byte[16])), JoseOutcome.DecryptionRefused);
        yield return ("no tag", Rebuilt(parts => parts[4] = ""), JoseOutcome.Malformed);
        yield return ("no nonce", Rebuilt(parts => parts[2] = ""), JoseOutcome.Malformed);
        yield return ("no ciphertext", Rebuilt(parts => parts[3] = ""), JoseOutcome.Malformed);
        yield return ("half the ciphertext", Rebuilt(parts => parts[3] = parts[3][..400]), JoseOutcome.DecryptionRefused);
        yield return ("padding", genuine + "==", JoseOutcome.Malformed);
        yield return ("six segments", genuine + ".AAAA", JoseOutcome.Malformed);
        yield return ("a megabyte", Rebuilt(parts => parts[3] = new string('A', MiB)), JoseOutcome.TooLong);
    }

    private string Rebuilt(Action<string[]> change)
    {
        var parts = genuine.Split('.');
        change(parts);
        return string.Join('.', parts);
    }

    private string Build(string header, byte[] plaintext, JweKey? under = null)
    {
        var (nonce, ciphertext, tag) = (RandomNumberGenerator.GetBytes(12), new byte[plaintext.Length], new byte[16]);
        (under ?? key).Encrypt(nonce, plaintext, ciphertext, tag, Text(Encode(header)));
        return $"{Encode(header)}..{Base64Url.EncodeToString(nonce)}.{Base64Url.EncodeToString(ciphertext)}.{Base64Url.EncodeToString(tag)}";
    }

    private AccessTokenResult Read(string token) => reader.Read(token, signed.Find, Find, ForgedTokens.Now);

    private JweKey? Find(string kid) => kid == key.Kid ? key : null;

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
