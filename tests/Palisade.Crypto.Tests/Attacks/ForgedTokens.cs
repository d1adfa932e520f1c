using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Palisade.Crypto.Jose;

namespace Palisade.Crypto.Attacks;

/// <summary>Tokens that some reader somewhere has accepted. Each is what it claims to be, so that its own check must stop it.</summary>
internal sealed class ForgedTokens
{
    internal static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly AccessTokenClaims Claims = new("palisade", "crm", "u-17", "s-4", "t-9", 3, Now, Now.AddMinutes(15));

    private static readonly ConcurrentDictionary<string, Lazy<ForgedTokens>> Made = [];

    private readonly JwsAlgorithm algorithm;
    private readonly JwsSigningKey attacker;

    private ForgedTokens(JwsAlgorithm algorithm)
    {
        this.algorithm = algorithm;
        (Trusted, AlsoTrusted, attacker) = (algorithm.CreateKey(), algorithm.CreateKey(), algorithm.CreateKey());
        Genuine = CompactJws.Sign(Trusted, AccessTokenClaims.Typ, Claims.ToPayload());
        AlsoGenuine = CompactJws.Sign(Trusted, AccessTokenClaims.Typ, (Claims with { Subject = "u-18", TokenId = "t-10" }).ToPayload());
        All = [.. Algorithms(), .. Keys(), .. Headers(), .. Payloads(), .. Shapes(), .. Signatures()];
    }

    internal JwsSigningKey Trusted { get; }

    internal JwsSigningKey AlsoTrusted { get; }

    internal IReadOnlyList<Forgery> All { get; }

    /// <summary>The one that is right: the measure of all others. Made once, as each signature is another.</summary>
    internal string Genuine { get; }

    /// <summary>Another right one, of somebody else.</summary>
    internal string AlsoGenuine { get; }

    private string Header => Json(Alg, Trusted.Kid, AccessTokenClaims.Typ);

    private string Alg => algorithm.Name;

    private static string Payload => Encoding.UTF8.GetString(Claims.ToPayload());

    /// <summary>The corpus of one algorithm. RSA keys take their time, so each is made once.</summary>
    internal static ForgedTokens Of(JwsAlgorithm algorithm) =>
        Made.GetOrAdd(algorithm.Name, _ => new Lazy<ForgedTokens>(() => new ForgedTokens(algorithm))).Value;

    internal JwsVerificationKey? Find(string kid) => new[] { Trusted, AlsoTrusted }.FirstOrDefault(key => key.Kid == kid)?.Verification;

    /// <summary>The public key as published, of what has one.</summary>
    internal static byte[]? Spki(JwsSigningKey key)
    {
        if (key.Verification.Jwk is null)
        {
            return null;
        }

        using AsymmetricAlgorithm pair = key is Es256SigningKey ? ECDsa.Create() : RSA.Create();
        pair.ImportPkcs8PrivateKey(key.Export(), out _);
        return pair.ExportSubjectPublicKeyInfo();
    }

    private IEnumerable<Forgery> Algorithms()
    {
        foreach (var none in (string[])["none", "None", "NONE", "nOnE", ""])
        {
            var header = Json(none, Trusted.Kid, AccessTokenClaims.Typ);
            yield return new($"alg {none}, no signature", $"{Encode(header)}.{Encode(Payload)}.", JoseOutcome.Malformed, FoolsTheCredulous: none.Length > 0);
            yield return new($"alg {none}, some signature", $"{Encode(header)}.{Encode(Payload)}.{Encode("x")}", JoseOutcome.AlgorithmRefused, none.Length > 0);
        }

        // The public key as the secret of an HMAC, in each form in which it is published.
        if (Spki(Trusted) is { } spki)
        {
            var raw = Base64Url.DecodeFromChars(Trusted.Verification.Jwk!.GetValueOrDefault("x") ?? Trusted.Verification.Jwk!["n"]);
            foreach (var (form, secret) in ((string, byte[])[])
                     [
                         ("SPKI", spki),
                         ("PEM", Encoding.ASCII.GetBytes(PemEncoding.WriteString("PUBLIC KEY", spki))),
                         ("a number", raw),
                     ])
            {
                var signed = $"{Encode(Json("HS256", Trusted.Kid, AccessTokenClaims.Typ))}.{Encode(Payload)}";
                var mac = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed));
                yield return new($"HS256 under the public key as {form}", $"{signed}.{Base64Url.EncodeToString(mac)}", JoseOutcome.AlgorithmRefused, form == "SPKI");
            }
        }

        // Rightly signed, and named otherwise: the name alone must be enough.
        string[] names = ["HS256", "RS256", "ES256", "ES384", "PS256", "PS512", "ES256K", "EdDSA", "dir", Alg.ToLowerInvariant(), Alg + " ", " " + Alg];
        foreach (var alg in names.Where(name => name != Alg))
        {
            yield return Signed($"a good signature under alg '{alg}'", Json(alg, Trusted.Kid, AccessTokenClaims.Typ), Payload, JoseOutcome.AlgorithmRefused);
        }
    }

    private IEnumerable<Forgery> Keys()
    {
        var unknown = JoseOutcome.UnknownKey;
        yield return new("the attacker's key", Sign(attacker, Json(Alg, attacker.Kid, AccessTokenClaims.Typ), Payload), unknown);
        yield return new("the attacker's signature under a trusted kid", Sign(attacker, Header, Payload), JoseOutcome.SignatureRefused);
        yield return Signed("the kid of another trusted key", Json(Alg, AlsoTrusted.Kid, AccessTokenClaims.Typ), Payload, JoseOutcome.SignatureRefused);
        yield return Signed("the kid in another case", Json(Alg, SwapCase(Trusted.Kid), AccessTokenClaims.Typ), Payload, unknown);

        foreach (var kid in (string[])["", "../../../../dev/null", "' OR '1'='1", "|id", "x\\u0000y", "%2e%2e", new string('A', 65), new string('A', 2000)])
        {
            yield return Signed($"kid '{kid[..Math.Min(kid.Length, 20)]}'", Json(Alg, kid, AccessTokenClaims.Typ), Payload, JoseOutcome.HeaderRefused);
        }

        foreach (var kid in (string[])["null", "0", "true", "[]", "{}", "[\"" + Trusted.Kid + "\"]"])
        {
            yield return Signed($"kid {kid}", $$"""{"alg":"{{Alg}}","kid":{{kid}},"typ":"at+jwt"}""", Payload, JoseOutcome.HeaderRefused);
        }
    }

    private IEnumerable<Forgery> Headers()
    {
        // Key material and switches in the header: once signed by the attacker, as an attack, and once by us, since
        // even our own signature must not make such a member welcome.
        using var owner = Es256SigningKey.Create();
        var jwk = $$"""{"kty":"EC","crv":"P-256","x":"{{owner.Public.X}}","y":"{{owner.Public.Y}}"}""";
        foreach (var member in (string[])
                 [
                     $"\"jwk\":{jwk}", "\"jku\":\"https://attacker.example/jwks.json\"", "\"x5u\":\"https://attacker.example/cert.pem\"",
                     "\"x5c\":[\"MIIB\"]", "\"x5t\":\"AAAA\"", "\"x5t#S256\":\"AAAA\"", "\"crit\":[\"exp\"]", "\"crit\":[]", "\"b64\":false",
                     "\"zip\":\"DEF\"", "\"enc\":\"A256GCM\"", "\"cty\":\"JWT\"", "\"nonce\":\"x\"", "\"anything\":\"else\"",
                     "\"\":\"\"", "\"ALG\":\"none\"",
                 ])
        {
            var header = $"{Header[..^1]},{member}}}";
            yield return new($"header {member} by the attacker", Sign(owner, header, Payload), JoseOutcome.HeaderRefused, member.StartsWith("\"jwk", StringComparison.Ordinal));
            yield return Signed($"header {member} by us", header, Payload, JoseOutcome.HeaderRefused);
        }

        foreach (var typ in (string[])["JWT", "AT+JWT", "at+jwt ", "application/at+jwt", "refresh+jwt", "dpop+jwt", ""])
        {
            yield return Signed($"typ '{typ}'", Json(Alg, Trusted.Kid, typ), Payload, JoseOutcome.TypeRefused, FoolsTheCredulous: true);
        }

        foreach (var (name, header) in ((string, string)[])
                 [
                     ("no typ", $$"""{"alg":"{{Alg}}","kid":"{{Trusted.Kid}}"}"""),
                     ("no kid", $$"""{"alg":"{{Alg}}","typ":"at+jwt"}"""),
                     ("no alg", $$"""{"kid":"{{Trusted.Kid}}","typ":"at+jwt"}"""),
                     ("alg twice", $$"""{"alg":"none","alg":"{{Alg}}","kid":"{{Trusted.Kid}}","typ":"at+jwt"}"""),
                     ("alg twice, once escaped", $$"""{"alg":"{{Alg}}","\u0061lg":"none","kid":"{{Trusted.Kid}}","typ":"at+jwt"}"""),
                     ("a comment", $"{Header[..^1]}/**/}}"),
                     ("a trailing comma", $"{Header[..^1]},}}"),
                     ("two objects", Header + Header),
                     ("text after the object", Header + "x"),
                     ("a byte order mark", "\uFEFF" + Header),
                     ("an array", $"[{Header}]"),
                     ("a string", $"\"{Alg}\""),
                     ("half an object", Header[..^5]),
                     ("no JSON", Alg),
                     ("deep nesting", new string('[', 1000)),
                     ("a lone surrogate", Header.Replace("at+jwt", "\\ud800", StringComparison.Ordinal)),
                 ])
        {
            yield return Signed(name, header, Payload, JoseOutcome.HeaderRefused);
        }

        byte[] brokenUtf8 = [.. "{\"alg\":\"ES256\",\"kid\":\""u8, 0xC3, 0x28, .. "\",\"typ\":\"at+jwt\"}"u8];
        yield return new("broken UTF-8", $"{Base64Url.EncodeToString(brokenUtf8)}.{Encode(Payload)}.{Encode("x")}", JoseOutcome.HeaderRefused);
    }

    // All rightly signed: by a confused deputy, or by a tenant with an issuer of his own.
    private IEnumerable<Forgery> Payloads()
    {
        foreach (var (name, payload) in ((string, string)[])
                 [
                     ("iss other", With("\"palisade\"", "\"attacker\"")),
                     ("iss in another case", With("\"palisade\"", "\"Palisade\"")),
                     ("iss with a slash", With("\"palisade\"", "\"palisade/\"")),
                     ("iss a list", With("\"palisade\"", "[\"palisade\"]")),
                     ("aud other", With("\"crm\"", "\"other\"")),
                     ("aud a list", With("\"crm\"", "[\"crm\",\"other\"]")),
                     ("aud null", With("\"crm\"", "null")),
                     ("no aud", With("\"aud\":\"crm\",", "")),
                     ("no iss", With("\"iss\":\"palisade\",", "")),
                     ("no exp", With(",\"exp\":1772367300", "")),
                     ("no ver", With("\"ver\":3,", "")),
                     ("no sub", With("\"sub\":\"u-17\",", "")),
                     ("sub empty", With("\"u-17\"", "\"\"")),
                     ("sub a number", With("\"u-17\"", "17")),
                     ("exp text", With("1772367300", "\"1772367300\"")),
                     ("exp a fraction", With("1772367300", "1772367300.5")),
                     ("exp an exponent", With("1772367300", "1e300")),
                     ("exp beyond time", With("1772367300", "9223372036854775807")),
                     ("exp beyond 64 bits", With("1772367300", "99999999999999999999")),
                     ("exp negative", With("1772367300", "-1")),
                     ("exp null", With("1772367300", "null")),
                     ("exp before iat", With("1772367300", "1772366399")),
                     ("iat in the future", With("1772366400", "1772366431")),
                     ("nbf in the future", With("\"ver\"", "\"nbf\":1772366431,\"ver\"")),
                     ("nbf text", With("\"ver\"", "\"nbf\":\"0\",\"ver\"")),
                     ("nbf negative", With("\"ver\"", "\"nbf\":-1,\"ver\"")),
                     ("ver negative", With("\"ver\":3", "\"ver\":-3")),
                     ("ver beyond 32 bits", With("\"ver\":3", "\"ver\":4294967299")),
                     ("sub twice", With("\"sid\"", "\"sub\":\"u-1\",\"sid\"")),
                     ("sub twice, once escaped", With("\"sid\"", "\"s\\u0075b\":\"u-1\",\"sid\"")),
                     ("exp twice", With("\"ver\"", "\"exp\":9999999999,\"ver\"")),
                     ("a role", With("\"ver\"", "\"role\":\"admin\",\"ver\"")),
                     ("cnf of a short thumbprint", With("\"ver\"", "\"cnf\":{\"jkt\":\"x\"},\"ver\"")),
                     ("cnf of nothing", With("\"ver\"", "\"cnf\":{},\"ver\"")),
                     ("cnf of another kind", With("\"ver\"", "\"cnf\":{\"kid\":\"x\"},\"ver\"")),
                     ("cnf of a kind beside ours", With("\"ver\"", $"\"cnf\":{{\"jkt\":\"{new string('A', 43)}\",\"jwk\":\"x\"}},\"ver\"")),
                     ("cnf twice the same", With("\"ver\"", $"\"cnf\":{{\"jkt\":\"{new string('A', 43)}\",\"jkt\":\"{new string('B', 43)}\"}},\"ver\"")),
                     ("cnf deeper", With("\"ver\"", "\"cnf\":{\"jkt\":{}},\"ver\"")),
                     ("cnf no object", With("\"ver\"", "\"cnf\":\"x\",\"ver\"")),
                     ("another object", With("\"ver\"", "\"act\":{\"sub\":\"x\"},\"ver\"")),
                     ("two objects", Payload + Payload),
                     ("half an object", Payload[..^1]),
                     ("a list", $"[{Payload}]"),
                     ("no JSON", "hello"),
                 ])
        {
            yield return Signed($"claims: {name}", Header, payload, JoseOutcome.Valid);
        }
    }

    private IEnumerable<Forgery> Shapes()
    {
        var parts = Genuine.Split('.');
        var (header, payload, signature) = (parts[0], parts[1], parts[2]);
        foreach (var (name, token) in ((string, string?)[])
                 [
                     ("null", null),
                     ("empty", ""),
                     ("dots", ".."),
                     ("two segments", $"{header}.{payload}"),
                     ("four segments", $"{header}.{payload}.{signature}.{signature}"),
                     ("an empty header", $".{payload}.{signature}"),
                     ("an empty payload", $"{header}..{signature}"),
                     ("an empty signature", $"{header}.{payload}."),
                     ("a dot before", $".{header}.{payload}.{signature}"),
                     ("a space before", $" {header}.{payload}.{signature}"),
                     ("a line feed after", $"{header}.{payload}.{signature}\n"),
                     ("a line feed within", $"{header}.{payload[..4]}\n{payload[4..]}.{signature}"),
                     ("padding", $"{header}.{payload}.{signature}=="),
                     ("percent-encoded padding", $"{header}.{payload}.{signature}%3D%3D"),
                     ("a NUL after", $"{header}.{payload}.{signature}\0"),
                     ("full-width letters", $"{header}.{payload}.{signature[..^1]}Ａ"),
                     ("plain base64", $"{header}.{payload}.{signature[..^1]}+"),
                     ("an impossible length", $"{header}.{payload}.{signature}{new string('A', (9 - (signature.Length % 4)) % 4)}"),
                     ("a scheme before", $"Bearer {header}.{payload}.{signature}"),
                     ("the JSON form", $$"""{"protected":"{{header}}","payload":"{{payload}}","signature":"{{signature}}"}"""),
                     ("a JWE with zip", $"{Encode("""{"alg":"dir","enc":"A256GCM","zip":"DEF"}""")}..AAAAAAAAAAAAAAAA.{Encode(new string('x', 1000))}.AAAAAAAAAAAAAAAAAAAAAA"),
                 ])
        {
            yield return new($"shape: {name}", token, JoseOutcome.Malformed);
        }

        if (signature.Length % 4 != 0)
        {
            yield return new("shape: other left-over bits", $"{header}.{payload}.{signature[..^1]}{(char)(signature[^1] + 1)}", JoseOutcome.Malformed);
        }

        yield return new("a megabyte of payload", $"{header}.{new string('A', 1024 * 1024)}.{signature}", JoseOutcome.TooLong);
        yield return new("a megabyte of dots", new string('.', 1024 * 1024), JoseOutcome.TooLong);
        yield return new("a megabyte of header", $"{Encode(new string('[', 1024 * 1024))}.{payload}.{signature}", JoseOutcome.TooLong);
    }

    private IEnumerable<Forgery> Signatures()
    {
        var signed = Genuine[..Genuine.LastIndexOf('.')];
        var good = Base64Url.DecodeFromChars(Genuine.AsSpan(signed.Length + 1));
        IEnumerable<(string Name, byte[] Signature)> ofAnyKind =
        [
            ("zeros (CVE-2022-21449)", new byte[good.Length]),
            ("all ones", [.. Enumerable.Repeat((byte)0xFF, good.Length)]),
            ("a byte less", good[..^1]),
            ("the first byte less", good[1..]),
            ("half", good[..(good.Length / 2)]),
            ("a byte more", [.. good, 0]),
            ("a zero before", [0, .. good]),
            ("one byte", [1]),
            ("the halves swapped", [.. good[(good.Length / 2)..], .. good[..(good.Length / 2)]]),
            ("over the payload alone", Trusted.Sign(Claims.ToPayload())),
            ("over the text with a dot more", Trusted.Sign(Encoding.ASCII.GetBytes(signed + "."))),
        ];
        foreach (var (name, signature) in ofAnyKind.Concat(SignaturesOfItsKind(Encoding.ASCII.GetBytes(signed), good)))
        {
            yield return new($"signature: {name}", $"{signed}.{Base64Url.EncodeToString(signature)}", JoseOutcome.SignatureRefused);
        }
    }

    private IEnumerable<(string Name, byte[] Signature)> SignaturesOfItsKind(byte[] signed, byte[] good)
    {
        switch (Trusted)
        {
            case Es256SigningKey:
                var order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
                using (var signer = ECDsa.Create())
                {
                    signer.ImportPkcs8PrivateKey(Trusted.Export(), out _);
                    yield return ("r and s the order of the curve", [.. order, .. order]);
                    yield return ("r zero", [.. new byte[32], .. good[32..]]);
                    yield return ("s zero", [.. good[..32], .. new byte[32]]);
                    yield return ("DER", signer.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
                    yield return ("SHA-384", signer.SignData(signed, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
                }

                break;
            case Ps256SigningKey:
                using (var signer = RSA.Create())
                {
                    signer.ImportPkcs8PrivateKey(Trusted.Export(), out _);
                    yield return ("PKCS #1 v1.5, as RS256 has it", signer.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
                    yield return ("SHA-384", signer.SignData(signed, HashAlgorithmName.SHA384, RSASignaturePadding.Pss));
                    foreach (var salt in (int[])[0, 20, 31, 33, 64])
                    {
                        yield return ($"a salt of {salt} bytes", SaltedPss.Sign(signer, signed, salt));
                    }

                    yield return ("the number one", [.. new byte[good.Length - 1], 1]);
                    yield return ("the modulus", Base64Url.DecodeFromChars(Trusted.Verification.Jwk!["n"]));
                }

                break;
            default:
                var secret = Trusted.Export();
                yield return ("SHA-512 cut to its length", HMACSHA512.HashData(secret, signed)[..32]);
                yield return ("SHA-512", HMACSHA512.HashData(secret, signed));
                yield return ("a plain hash", SHA256.HashData([.. secret, .. signed]));
                yield return ("under an empty secret", HMACSHA256.HashData(ReadOnlySpan<byte>.Empty, signed));
                yield return ("under zeros", HMACSHA256.HashData(new byte[32], signed));
                break;
        }
    }

    private Forgery Signed(string name, string header, string payload, JoseOutcome outcome, bool FoolsTheCredulous = false) =>
        new(name, Sign(Trusted, header, payload), outcome, FoolsTheCredulous);

    internal static string Sign(JwsSigningKey key, string header, string payload)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string With(string text, string other) => Payload.Replace(text, other, StringComparison.Ordinal);

    private static string Json(string alg, string kid, string typ) => $$"""{"alg":"{{alg}}","kid":"{{kid}}","typ":"{{typ}}"}""";

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string SwapCase(string text) =>
        new([.. text.Select(letter => char.IsAsciiLetterUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter))]);

    /// <param name="Name">What is wrong with it.</param>
    /// <param name="Token">As it is sent.</param>
    /// <param name="Outcome">The check that must stop it; valid when only its claims are wrong.</param>
    /// <param name="FoolsTheCredulous">A reader that believes the header accepts it.</param>
    internal sealed record Forgery(string Name, string? Token, JoseOutcome Outcome, bool FoolsTheCredulous = false);
}
