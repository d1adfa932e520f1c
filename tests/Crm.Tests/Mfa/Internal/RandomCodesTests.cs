using Palisade.Crypto.Totp;
using Palisade.Mfa.Internal;

namespace Palisade.Crm.Tests.Mfa.Internal;

public sealed class RandomCodesTests
{
    private const int Many = 100_000;

    // Chance says a sum of squares above these once in a million runs.
    private const double Most9 = 46, Most31 = 86, Most255 = 375;

    [Fact]
    [Asvs("V6.5.3", "V6.5.4")]
    public void Codes_and_seeds_are_evenly_random_and_long_enough()
    {
        var backupCodes = Enumerable.Range(0, Many).Select(_ => BackupCodes.NewCode().Replace("-", "", StringComparison.Ordinal)).ToList();
        var smsCodes = Enumerable.Range(0, Many).Select(_ => SmsFactors.NewCode()).ToList();
        var seeds = Enumerable.Range(0, Many).Select(_ => TotpSeed.Create().Bytes.ToArray()).ToList();

        Assert.Equal(Many, backupCodes.Distinct().Count());
        Assert.Equal(Many, seeds.Select(Convert.ToHexString).Distinct().Count());
        Assert.InRange(SquaresOf(backupCodes.SelectMany(code => code), 32), 0, Most31);
        Assert.InRange(SquaresOf(smsCodes.SelectMany(code => code), 10), 0, Most9);
        Assert.InRange(SquaresOf(seeds.SelectMany(seed => seed), 256), 0, Most255);
        // 32 kinds of character are 5 bits each, ten kinds 3.3; seeds are whole bytes.
        Assert.All(backupCodes, code => Assert.Equal(24, code.Length));
        Assert.All(smsCodes, code => Assert.Equal(6, code.Length));
        Assert.All(seeds, seed => Assert.Equal(20, seed.Length));
        // Six digits are 19.93 bits, which is what ASVS V6.5.4 names as enough for its 20.
        Assert.True(Math.Round(smsCodes[0].Length * Math.Log2(10)) >= 20);
        Assert.True(backupCodes[0].Length * Math.Log2(32) >= 20);
    }

    /// <summary>Pearson's chi-square against every value being as likely.</summary>
    private static double SquaresOf<T>(IEnumerable<T> values, int kinds)
        where T : notnull
    {
        var counts = values.CountBy(value => value).Select(pair => (double)pair.Value).ToList();
        var expected = counts.Sum() / kinds;
        return counts.Sum(count => (count - expected) * (count - expected) / expected) + (kinds - counts.Count) * expected;
    }
}
