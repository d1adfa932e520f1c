using System.Text;
using Palisade.Crypto.Tests;

namespace Palisade.Crypto.Jose;

/// <summary>The examples of RFC 7515, 7516, 7520, 7638 and 9449, and Wycheproof's cases for the primitives under them.</summary>
/// <remarks>The RFCs' headers lack kid or typ, so the strict readers would refuse them: signature and content are meant here.</remarks>
public sealed class JoseVectorTests
{
    [Fact]
    public void Every_algorithm_verifies_its_example()
    {
        var examples = Table.Read("vectors/jws.tsv");

        Assert.Equal(JwsAlgorithm.All.Select(algorithm => algorithm.Name).Order(), examples.Select(example => example.Text("alg")).Order());
        foreach (var example in examples)
        {
            var key = Key(example.Text("alg"), example.Bytes("key"));
            Assert.True(key.Verify(Encoding.ASCII.GetBytes(example.Text("signed")), example.Bytes("signature")), example.Text("id"));
            Assert.False(key.Verify(Encoding.ASCII.GetBytes(example.Text("signed") + "A"), example.Bytes("signature")), example.Text("id"));
        }
    }

    [Fact]
    public void The_id_of_a_public_key_is_its_thumbprint() => Assert.All(
        Table.Read("vectors/jwk-thumbprint.tsv"),
        example => Assert.Equal(example.Text("thumbprint"), Key(example.Text("alg"), example.Bytes("key")).Kid));

    [Fact]
    public void HS256_agrees_with_every_Wycheproof_case_of_its_key_size()
    {
        var cases = Table.Read("vectors/hmac-sha256.tsv").Where(row => row.Bytes("key").Length == Hs256Key.Size).ToList();

        Assert.True(cases.Count > 40);
        Assert.Empty(cases.Where(row => Key("HS256", row.Bytes("key")).Verify(row.Bytes("message"), row.Bytes("tag")) != row.IsValid).Select(row => row.Text("id")));
    }

    [Fact]
    public void Encryption_agrees_with_the_RFC_and_with_every_Wycheproof_case()
    {
        var cases = Table.Read("vectors/aes-256-gcm.tsv");
        var disagreeing = cases.Where(row =>
        {
            using var key = JweKey.Import(row.Bytes("key"));
            var opened = key.TryDecrypt(row.Bytes("nonce"), row.Bytes("ciphertext"), row.Bytes("tag"), row.Bytes("associated"));
            return row.IsValid ? opened is null || !opened.AsSpan().SequenceEqual(row.Bytes("plaintext")) : opened is not null;
        });
        var example = Assert.Single(Table.Read("vectors/jwe-content.tsv"));
        using var ofExample = JweKey.Import(example.Bytes("key"));

        Assert.Equal(66, cases.Count);
        Assert.Empty(disagreeing.Select(row => row.Text("id")));
        Assert.Equal(
            example.Bytes("plaintext"),
            ofExample.TryDecrypt(example.Bytes("nonce"), example.Bytes("ciphertext"), example.Bytes("tag"), example.Bytes("associated")));
    }

    [Fact]
    public void Golden_encrypted_tokens_open()
    {
        foreach (var golden in Table.Read("golden/jwe1/tokens.tsv"))
        {
            using var key = JweKey.Import(golden.Bytes("key"));
            var opened = CompactJwe.Decrypt(golden.Text("token"), kid => kid == key.Kid ? key : null);

            Assert.Equal(JoseOutcome.Valid, opened.Outcome);
            Assert.Equal(golden.Bytes("plaintext"), opened.Payload.ToArray());
        }
    }

    private static JwsVerificationKey Key(string alg, byte[] key) => alg switch
    {
        "ES256" => Es256VerificationKey.FromCoordinates(key.AsSpan(0, 32), key.AsSpan(32)),
        "PS256" => Ps256VerificationKey.FromModulus(key),
        _ => Hs256Key.Import(key).Verification,
    };
}
