using System.Diagnostics;
using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

[Collection(typeof(OnThreeUnlimitedServers))]
public sealed class BackupCodeTests(UnlimitedTrio trio)
{
    [Fact]
    public async Task One_backup_code_in_a_hundred_parallel_sign_ins_opens_one_session()
    {
        var person = await trio.Office.HireAsync("manager");
        var challenges = await person.ChallengesAsync(100);
        using var volley = await Volley.OpenAsync(challenges.Count, trio.Instances);
        var sessions = await trio.First.Behind.SessionsAsync(person.Id);

        var answers = await volley.FireAsync((client, index) => VerifyAsync(client, challenges[index], person.BackupCodes[0]));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(sessions + 1, await trio.First.Behind.SessionsAsync(person.Id));
        Assert.Equal(9, await RemainingAsync(person));
    }

    [Fact]
    public async Task Two_codes_at_once_are_two_fewer_and_the_log_says_how_many_remain()
    {
        var person = await trio.Office.HireAsync("manager");
        var challenges = await person.ChallengesAsync(10);
        using var volley = await Volley.OpenAsync(2, trio.Instances);
        for (var first = 0; first < 10; first += 2)
        {
            var answers = await volley.FireAsync((client, index) => VerifyAsync(client, challenges[first + index], person.BackupCodes[first + index]));

            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
            Assert.Equal(8 - first, await RemainingAsync(person));
        }

        Assert.Equal(10, await trio.First.Behind.EventsAsync("BACKUP_CODE_USED", person.Id));
        Assert.Equal(
            0, await trio.First.Behind.ReadAsync<int>("SELECT min((details ->> 'remaining')::int) FROM audit.events WHERE entity_id = $1", person.Id.ToString("D")));
    }

    [Fact]
    [Requirement("R042")]
    public async Task Backup_codes_are_kept_as_hashes_that_cost_next_to_nothing_to_compare()
    {
        var person = await trio.Office.HireAsync("manager");
        var challenges = await person.ChallengesAsync(50);
        using var volley = await Volley.OpenAsync(challenges.Count, trio.Instances);
        var tables = await trio.First.Behind.WholeTextAsync();
        Assert.DoesNotContain(person.BackupCodes, code => tables.Contains(code, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(person.BackupCodes, code => tables.Contains(code.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));

        using var hashes = new HashCount(trio.Instances);
        var (since, before) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        var answers = await volley.FireAsync((client, index) => VerifyAsync(client, challenges[index], $"aaaa-bbbb-cccc-{index:d4}"));
        var (took, burnt) = (since.Elapsed, Process.GetCurrentProcess().TotalProcessorTime - before);

        Assert.All(answers, answer => Assert.Equal("invalid_challenge", answer.Code));
        Assert.Equal(0, hashes.Computed); // none of them cost a password hash
        // Client, TLS and three servers included; fifty slow hashes would take seconds.
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.InRange(burnt, TimeSpan.Zero, TimeSpan.FromSeconds(2.5));
    }

    private static Task<Answer> VerifyAsync(ApiClient client, string challenge, string code) =>
        client.PostAsync("/auth/mfa/verify", new { challenge, method = "backup_code", code });

    private Task<long> RemainingAsync(Person person) =>
        trio.First.Behind.ReadAsync<long>("SELECT count(*) FROM mfa.backup_codes WHERE user_id = $1 AND used_at IS NULL", person.Id);
}
