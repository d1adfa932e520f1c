using System.Globalization;
using Palisade.Accounts;
using Palisade.Mfa;

namespace Palisade.Docs.Tests;

/// <summary>What the document says of the limits is what they are.</summary>
public sealed class GuessingLimitsTests
{
    private const string LockOut = "`ManyNetworksTests.While_two_hundred_addresses_keep_an_account_locked_for_ten_minutes_its_known_device_signs_in`";

    [Fact]
    [Asvs("V6.1.1")]
    public void The_document_tells_every_limit_of_guessing_as_it_is_and_names_what_shows_that_nobody_is_locked_out()
    {
        var document = Repository.Text("docs/ways-in.md");
        var told = document.Split("<!-- limits -->")[1].Split("<!-- /limits -->")[0].Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')).Select(cells => $"{cells[1].Trim().Trim('`')} {cells[2].Trim()}");

        var (accounts, factors) = (new AccountOptions(), new MfaOptions());
        var limits = typeof(AccountOptions).GetProperties()
            .Where(property => property.Name != nameof(AccountOptions.ParallelHashes)) // the machine's
            .Select(property => (property.Name, Value: Said(property.GetValue(accounts))))
            .Where(limit => limit.Value is not null).Select(limit => $"{nameof(AccountOptions)}.{limit.Name} {limit.Value}")
            .Append($"{nameof(MfaOptions)}.{nameof(factors.ChallengeLifetime)} {Said(factors.ChallengeLifetime)}")
            .Append($"{nameof(MfaOptions)}.{nameof(factors.ChallengeAttempts)} {Said(factors.ChallengeAttempts)}");
        Assert.Equal(limits.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
        Assert.Contains(LockOut, document.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    private static string? Said(object? value) => value switch
    {
        int number => number.ToString(CultureInfo.InvariantCulture),
        TimeSpan { TotalDays: >= 1 } time => $"{time.TotalDays} d",
        TimeSpan { TotalHours: >= 1 } time => $"{time.TotalHours} h",
        TimeSpan { TotalMinutes: >= 1 } time => $"{time.TotalMinutes} min",
        TimeSpan time => $"{time.TotalSeconds} s",
        _ => null,
    };
}
