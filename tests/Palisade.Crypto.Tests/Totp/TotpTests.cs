using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Palisade.Crypto.Totp;

public class TotpTests
{
    private const string Digits = "1234567890123456789012345678901234567890123456789012345678901234";

    private static readonly TotpSeed Seed = TotpSeed.FromBytes(Encoding.ASCII.GetBytes(Digits[..20]));

    // RFC 6238 appendix B: the seed repeats the digits up to the size of the hash.
    [Theory]
    [Requirement("R027")]
    [InlineData(59, "94287082", "46119246", "90693936")]
    [InlineData(1111111109, "07081804", "68084774", "25091201")]
    [InlineData(1111111111, "14050471", "67062674", "99943326")]
    [InlineData(1234567890, "89005924", "91819424", "93441116")]
    [InlineData(2000000000, "69279037", "90698825", "38618901")]
    [InlineData(20000000000, "65353130", "77737706", "47863826")]
    public void It_agrees_with_RFC_6238(long seconds, string sha1, string sha256, string sha512)
    {
        var step = Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds));

        Assert.Equal(sha1, Code(20, HashAlgorithmName.SHA1));
        Assert.Equal(sha256, Code(32, HashAlgorithmName.SHA256));
        Assert.Equal(sha512, Code(64, HashAlgorithmName.SHA512));
        // What authenticators show is the same number's last six digits, for the secret as it is typed.
        Assert.True(TotpSeed.TryFromBase32(Seed.ToBase32().ToLowerInvariant(), out var typed));
        Assert.True(Totp.TryMatch(typed, sha1[2..], step, 0, 0, out var matched));
        Assert.Equal(step, matched);

        string Code(int size, HashAlgorithmName algorithm) =>
            Totp.Code(TotpSeed.FromBytes(Encoding.ASCII.GetBytes(Digits[..size])), step, digits: 8, algorithm);
    }

    // RFC 4226 appendix D.
    [Fact]
    public void It_agrees_with_RFC_4226() => Assert.Equal(
        ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"],
        Enumerable.Range(0, 10).Select(step => Totp.Code(Seed, step)));

    [Fact]
    public void A_code_matches_exactly_within_the_window_and_tells_its_step() =>
        Prop.ForAll(
            Gen.Choose(0, 100_000_000).ToArbitrary(), Gen.Choose(-4, 4).ToArbitrary(), Gen.Choose(0, 8).ToArbitrary(),
            (current, offset, window) =>
            {
                var (back, forward) = (window / 3, window % 3);
                var step = Math.Max(0, (long)current + offset);
                var inside = step >= current - back && step <= (long)current + forward;
                var matched = Totp.TryMatch(Seed, Totp.Code(Seed, step), current, back, forward, out var told);
                // Outside the window another step may share the code by chance, one time in a million.
                return matched == inside ? told == (inside ? step : 0) || Totp.Code(Seed, told) == Totp.Code(Seed, step) : matched;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_code_from_outside_the_window_does_not_match()
    {
        const long Current = 50_000_000;

        Assert.True(Totp.TryMatch(Seed, Totp.Code(Seed, Current - 1), Current, 1, 1, out _));
        Assert.True(Totp.TryMatch(Seed, Totp.Code(Seed, Current + 1), Current, 1, 1, out _));
        Assert.False(Totp.TryMatch(Seed, Totp.Code(Seed, Current - 2), Current, 1, 1, out _));
        Assert.False(Totp.TryMatch(Seed, Totp.Code(Seed, Current - 3), Current, 1, 1, out var step));
        Assert.False(Totp.TryMatch(Seed, Totp.Code(Seed, Current + 2), Current, 1, 1, out _));
        Assert.Equal(0, step);
    }

    [Fact]
    public void When_two_steps_share_a_code_the_later_one_is_told()
    {
        // Found by trying: neighbours share a code about once in a million steps.
        const long Earlier = 910737;
        Assert.Equal(Totp.Code(Seed, Earlier), Totp.Code(Seed, Earlier + 1));

        Assert.True(Totp.TryMatch(Seed, Totp.Code(Seed, Earlier), Earlier, 0, 1, out var step));
        Assert.Equal(Earlier + 1, step);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("28708")]
    [InlineData("2870822")]
    [InlineData(" 287082")]
    [InlineData("287082\n")]
    [InlineData("28708２")]
    [InlineData("٢٨٧٠٨٢")]
    [InlineData("-87082")]
    public void Only_six_ASCII_digits_can_match(string? code) => Assert.False(Totp.TryMatch(Seed, code, 1, 1, 1, out _));

    [Fact]
    public void A_step_is_30_seconds_and_time_before_1970_is_misuse()
    {
        Assert.Equal(0, Totp.StepAt(DateTimeOffset.UnixEpoch.AddSeconds(29.999)));
        Assert.Equal(1, Totp.StepAt(DateTimeOffset.UnixEpoch.AddSeconds(30)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Totp.StepAt(DateTimeOffset.UnixEpoch.AddTicks(-1)));
    }

    [Fact]
    public void A_wide_window_is_misuse() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Totp.TryMatch(Seed, "287082", 1, Totp.MaxDrift + 1, 0, out _));

    [Fact]
    public void The_uri_labels_the_account_with_its_issuer()
    {
        var uri = Totp.OtpauthUri("Palisade & Co", "ana+x@example.com", Seed);

        Assert.Equal(
            "otpauth://totp/Palisade%20%26%20Co:ana%2Bx%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                + "&issuer=Palisade%20%26%20Co&algorithm=SHA1&digits=6&period=30",
            uri);
        Assert.Throws<ArgumentException>(() => Totp.OtpauthUri("Palisade:Evil", "ana", Seed));
        Assert.Throws<ArgumentException>(() => Totp.OtpauthUri("Palisade", "a:b", Seed));
    }

    [Fact]
    public void Fresh_seeds_differ_and_have_160_bits()
    {
        var seeds = Enumerable.Range(0, 1000).Select(_ => TotpSeed.Create()).ToList();

        Assert.All(seeds, seed => Assert.Equal(20, seed.Bytes.Length));
        Assert.Equal(1000, seeds.Select(seed => seed.ToBase32()).Distinct().Count());
        Assert.Throws<ArgumentException>(() => TotpSeed.FromBytes(new byte[15]));
        Assert.False(TotpSeed.TryFromBase32("MZXW6YTB", out _));
    }
}
