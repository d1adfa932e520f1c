using System.Text;

namespace Palisade.Crypto.Jose;

public sealed class AccessTokenTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Es256SigningKey key = Es256SigningKey.Create();
    private readonly AccessTokenReader reader = new("palisade", "crm", TimeSpan.FromSeconds(30));
    private readonly AccessTokenClaims claims = new("palisade", "crm", "u-17", "s-4", "t-9", 3, Now, Now.AddMinutes(15));

    public void Dispose() => key.Dispose();

    [Fact]
    public void A_token_says_what_was_signed_and_nothing_about_the_person()
    {
        var payload = claims.ToPayload();

        Assert.Equal(
            """{"iss":"palisade","aud":"crm","sub":"u-17","sid":"s-4","jti":"t-9","ver":3,"iat":1772366400,"exp":1772367300}""",
            Encoding.UTF8.GetString(payload));
        Assert.Equal(claims, Read(claims, Now).Claims);
    }

    [Fact]
    public void A_token_may_begin_later_than_it_was_issued()
    {
        var later = claims with { NotBefore = Now.AddMinutes(5) };

        Assert.Equal(AccessTokenVerdict.Invalid, Read(later, Now).Verdict);
        Assert.Equal(later, Read(later, Now.AddMinutes(5)).Claims);
    }

    [Theory]
    [Asvs("V9.2.1")]
    [InlineData(-31, AccessTokenVerdict.Invalid)]
    [InlineData(-30, AccessTokenVerdict.Valid)]
    [InlineData(0, AccessTokenVerdict.Valid)]
    [InlineData(900, AccessTokenVerdict.Valid)]
    [InlineData(929, AccessTokenVerdict.Valid)]
    [InlineData(930, AccessTokenVerdict.Expired)]
    [InlineData(86400, AccessTokenVerdict.Expired)]
    public void It_lives_from_its_issue_to_its_expiry_and_the_skew(int seconds, AccessTokenVerdict verdict)
    {
        var read = Read(claims, Now.AddSeconds(seconds));

        Assert.Equal(verdict, read.Verdict);
        Assert.Equal(verdict == AccessTokenVerdict.Valid, read.IsValid);
        Assert.Equal(read.IsValid, read.Claims is not null);
    }

    [Fact]
    public void Expiry_is_not_told_to_the_wrong_audience_or_over_a_wrong_signature()
    {
        var late = Now.AddDays(1);
        var token = CompactJws.Sign(key, AccessTokenClaims.Typ, claims.ToPayload());
        using var stranger = Es256SigningKey.Create();

        Assert.Equal(AccessTokenVerdict.Expired, reader.Read(token, Find, late).Verdict);
        Assert.Equal(AccessTokenVerdict.Invalid, reader.Read(token, _ => stranger.Public, late).Verdict);
        Assert.Equal(AccessTokenVerdict.Invalid, Read(claims with { Audience = "other" }, late).Verdict);
        Assert.Equal(AccessTokenVerdict.Invalid, Read(claims with { Issuer = "other" }, late).Verdict);
    }

    [Fact]
    public void The_ends_of_time_do_not_overflow()
    {
        var endless = claims with { ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(253402300799) };

        Assert.True(Read(endless, Now).IsValid);
        Assert.Equal(AccessTokenVerdict.Expired, Read(claims, DateTimeOffset.MaxValue).Verdict);
        Assert.Equal(AccessTokenVerdict.Invalid, Read(claims, DateTimeOffset.MinValue).Verdict);
    }

    [Fact]
    public void A_skew_above_30_seconds_is_misuse()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AccessTokenReader("palisade", "crm", TimeSpan.FromSeconds(31)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AccessTokenReader("palisade", "crm", TimeSpan.FromSeconds(-1)));
    }

    private AccessTokenResult Read(AccessTokenClaims claims, DateTimeOffset now) =>
        reader.Read(CompactJws.Sign(key, AccessTokenClaims.Typ, claims.ToPayload()), Find, now);

    private Es256VerificationKey? Find(string kid) => kid == key.Kid ? key.Public : null;
}
