using System.Buffers.Text;
using System.Text;

namespace Palisade.Crypto.Jose;

public sealed class CompactJwsTests : IDisposable
{
    private readonly Es256SigningKey key = Es256SigningKey.Create();

    public void Dispose() => key.Dispose();

    [Fact]
    public void A_token_is_read_back_with_its_payload()
    {
        var token = CompactJws.Sign(key, "test+jwt", "any bytes"u8);

        var read = CompactJws.Read(token, "test+jwt", Find);
        Assert.Equal(JoseOutcome.Valid, read.Outcome);
        Assert.Equal("any bytes"u8, read.Payload.Span);
        Assert.Equal(
            $$"""{"alg":"ES256","kid":"{{key.Kid}}","typ":"test+jwt"}""",
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.AsSpan(0, token.IndexOf('.')))));
    }

    [Fact]
    public void A_refused_token_has_no_payload()
    {
        var read = CompactJws.Read(CompactJws.Sign(key, "test+jwt", "payload"u8), "other+jwt", Find);

        Assert.Equal(JoseOutcome.TypeRefused, read.Outcome);
        Assert.False(read.IsValid);
        Assert.True(read.Payload.IsEmpty);
        Assert.False(default(JoseResult).IsValid);
    }

    [Fact]
    public void The_cap_counts_the_whole_token()
    {
        var token = CompactJws.Sign(key, "test+jwt", "payload"u8);

        Assert.True(CompactJws.Read(token, "test+jwt", Find, token.Length).IsValid);
        Assert.Equal(JoseOutcome.TooLong, CompactJws.Read(token, "test+jwt", Find, token.Length - 1).Outcome);
    }

    [Fact]
    [Asvs("V9.2.2")]
    public void A_token_of_one_use_is_none_of_another()
    {
        var token = CompactJws.Sign(key, "email-verification+jwt", "payload"u8);

        Assert.Equal(JoseOutcome.TypeRefused, CompactJws.Read(token, "at+jwt", Find).Outcome);
    }

    [Fact]
    public async Task One_key_signs_and_verifies_in_parallel() =>
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(
            () =>
            {
                for (var i = 0; i < 50; i++)
                {
                    var payload = Encoding.ASCII.GetBytes($"{worker}/{i}");
                    Assert.Equal(payload, CompactJws.Read(CompactJws.Sign(key, "test+jwt", payload), "test+jwt", Find).Payload.ToArray());
                }
            },
            TestContext.Current.CancellationToken)));

    private Es256VerificationKey? Find(string kid) => kid == key.Kid ? key.Public : null;
}
