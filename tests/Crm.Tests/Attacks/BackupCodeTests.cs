using System.Diagnostics;
using System.Net;
using System.Text;
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
            var answers = await volley.FireAsync(
                (client, index) => VerifyAsync(client, challenges[first + index], person.BackupCodes[first + index]));

            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
            Assert.Equal(8 - first, await RemainingAsync(person));
        }

        Assert.Equal(10, await trio.First.Behind.EventsAsync("BACKUP_CODE_USED", person.Id));
        Assert.Equal(
            "0 1 2 3 4 5 6 7 8 9",
            await trio.First.Behind.ReadAsync<string>(
                """
                SELECT string_agg(details ->> 'remaining', ' ' ORDER BY details ->> 'remaining') FROM audit.events
                WHERE type = 'BACKUP_CODE_USED' AND entity_id = $1
                """,
                person.Id.ToString("D")));
    }

    [Fact]
    [Requirement("R041", "R043")]
    [Asvs("V6.5.2")]
    public async Task A_new_set_is_ten_codes_nobody_guesses_and_ends_the_old_one()
    {
        var person = await trio.Office.HireAsync("manager");
        using var client = await SignedInAsync(person);
        var security = await client.GetAsync("/account/security");
        Assert.Equal(10, security.Json.GetProperty("backupCodesLeft").GetInt32());
        var challenges = await person.ChallengesAsync(3);
        Assert.Equal(HttpStatusCode.OK, (await VerifyAsync(client, challenges[0], person.BackupCodes[0])).Status);
        Assert.Equal(9, (await client.GetAsync("/account/security")).Json.GetProperty("backupCodesLeft").GetInt32());

        var codes = CodesOf(await client.PostAsync("/auth/mfa/backup-codes", new { }));

        foreach (var set in new[] { person.BackupCodes, codes })
        {
            Assert.Equal(10, set.Distinct().Count());
            // 24 characters of 32 kinds: 120 bits; from 112 on a fast hash will do.
            Assert.All(set, code => Assert.Matches(@"\A[a-z2-7]{4}(-[a-z2-7]{4}){5}\z", code));
        }

        Assert.Equal(10, await RemainingAsync(person));
        Assert.Equal("invalid_challenge", (await VerifyAsync(client, challenges[1], person.BackupCodes[1])).Code);
        Assert.Equal(HttpStatusCode.OK, (await VerifyAsync(client, challenges[2], codes[0])).Status);
        Assert.DoesNotContain(codes[1], (await client.GetAsync("/account/security")).Text, StringComparison.Ordinal);
        Assert.Equal(2, await trio.First.Behind.EventsAsync("BACKUP_CODE_USED", person.Id));
        Assert.Equal(1, await trio.First.Behind.EventsAsync("BACKUP_CODES_REPLACED", person.Id));
        using var volley = await Volley.OpenAsync(2, trio.Instances);
        challenges = await person.ChallengesAsync(2);
        var answers = await volley.FireAsync((caller, index) => VerifyAsync(caller, challenges[index], codes[1]));
        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
    }

    [Fact]
    [Invariant("B5")]
    public async Task A_code_is_spent_once_two_are_two_and_none_outlives_its_set()
    {
        var person = await trio.Office.HireAsync("manager");
        using var hundred = await Volley.OpenAsync(100, trio.Instances);
        var challenges = await person.ChallengesAsync(100);
        var answers = await hundred.FireAsync((client, index) => VerifyAsync(client, challenges[index], person.BackupCodes[0]));
        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));

        using var two = await Volley.OpenAsync(2, trio.Instances);
        challenges = await person.ChallengesAsync(2);
        answers = await two.FireAsync((client, index) => VerifyAsync(client, challenges[index], person.BackupCodes[1 + index]));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(7, await RemainingAsync(person));

        // Ten times: some use old codes while others replace the set. What is tried after a set was acknowledged is refused.
        var known = person.BackupCodes.Skip(3).ToList();
        for (var round = 0; round < 10; round++)
        {
            using var owner = await SignedInAsync(person);
            challenges = await person.ChallengesAsync(6);
            using var three = await Volley.OpenAsync(3, trio.Instances);
            IReadOnlyList<string> fresh = [];
            var late = 0;
            answers = await three.FireAsync(async (client, index) =>
            {
                if (index > 0)
                {
                    return await VerifyAsync(client, challenges[index], known[index]);
                }

                var replaced = await owner.PostAsync("/auth/mfa/backup-codes", new { });
                fresh = CodesOf(replaced);
                foreach (var (offset, challenge) in challenges.Skip(3).Index())
                {
                    late += (await VerifyAsync(client, challenge, known[3 + offset])).Status == HttpStatusCode.OK ? 1 : 0;
                }

                return replaced;
            });
            Assert.Equal(0, late);
            Assert.Equal(10, await RemainingAsync(person));
            known = [.. fresh];
        }
    }

    [Fact]
    public async Task Of_two_regenerations_at_once_one_set_lives()
    {
        var person = await trio.Office.HireAsync("manager");
        using var client = await SignedInAsync(person);
        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.PostAsync("/auth/mfa/backup-codes", new { })));
            Assert.Equal(10, await RemainingAsync(person));
        }
    }

    [Fact]
    [Requirement("R042")]
    public async Task Backup_codes_are_kept_as_hashes_that_cost_next_to_nothing_to_compare()
    {
        var person = await trio.Office.HireAsync("manager");
        var challenges = await person.ChallengesAsync(50);
        using var volley = await Volley.OpenAsync(challenges.Count, trio.Instances);
        var tables = await trio.First.Behind.WholeTextAsync();
        Assert.All(person.BackupCodes.SelectMany(Spellings), code => Assert.DoesNotContain(code, tables, StringComparison.OrdinalIgnoreCase));

        using var hashes = new HashCount(trio.Instances);
        var answers = await volley.FireAsync((client, index) => VerifyAsync(client, challenges[index], $"aaaa-bbbb-cccc-{index:d4}"));
        Assert.All(answers, answer => Assert.Equal("invalid_challenge", answer.Code));
        Assert.Equal(0, hashes.Computed); // fifty guesses at once are no work

        using var client = trio.First.NewClient();
        var (codes, passwords) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var sample = 0; sample < 21; sample++)
        {
            codes.Add(await TimeAsync(() => VerifyAsync(client, challenges[0], "aaaa-bbbb-cccc-dddd")));
            passwords.Add(await TimeAsync(() => client.LoginAsync(person.Email, "Wrong horse 7 battery!")));
        }

        Assert.True(codes.Order().ElementAt(10) < passwords.Order().ElementAt(10), "A code that costs as much as a password is hashed like one.");
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task<Answer>> request)
    {
        var since = Stopwatch.GetTimestamp();
        await request();
        return Stopwatch.GetElapsedTime(since);
    }

    private static IEnumerable<string> Spellings(string code)
    {
        var bare = code.Replace("-", "", StringComparison.Ordinal);
        var texts = (string[])[code, bare, bare.ToUpperInvariant()];
        return [.. texts, .. texts.Select(text => Convert.ToHexString(Encoding.ASCII.GetBytes(text)))];
    }

    private static List<string> CodesOf(Answer answer) => [.. answer.Json.GetProperty("backupCodes").EnumerateArray().Select(code => code.GetString()!)];

    private async Task<ApiClient> SignedInAsync(Person person)
    {
        var client = trio.First.NewClient();
        client.Seed = person.Seed;
        await client.SignInAsync(person.Email, "native");
        return client;
    }

    private static Task<Answer> VerifyAsync(ApiClient client, string challenge, string code) =>
        client.PostAsync("/auth/mfa/verify", new { challenge, method = "backup_code", code });

    private Task<long> RemainingAsync(Person person) =>
        trio.First.Behind.ReadAsync<long>("SELECT count(*) FROM mfa.backup_codes WHERE user_id = $1 AND used_at IS NULL", person.Id);
}
