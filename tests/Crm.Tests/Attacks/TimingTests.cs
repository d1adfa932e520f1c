using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crypto.Passwords;

namespace Palisade.Crm.Tests.Attacks;

/// <summary>What a stopwatch tells about an account: nothing. The hash is made cheap here, so that it hides no difference.</summary>
public sealed class TimingTests(TestCluster cluster)
{
    private const int Samples = 5_000;
    private const int Unlimited = 1_000_000;
    private const string Wrong = "Wrong horse 7 battery!";

    [Fact(Explicit = true)] // 75,000 requests take minutes: asked for by name, on a machine that does nothing else
    public async Task No_classifier_tells_one_kind_of_account_from_another_by_time_or_text()
    {
        await using var crm = new CrmInstance(cluster)
        {
            Configure = builder => builder.Services.AddSingleton(new AccountOptions
            {
                MaxFailures = Unlimited,
                CaptchaAfter = Unlimited,
                NetworkMaxFailures = Unlimited,
                NetworkCaptchaAfter = Unlimited,
                HashCost = Argon2idCost.DangerousCheapForTests(),
            }),
        };
        await crm.InitializeAsync();
        using var office = await Office.OpenAsync(crm);
        var emails = new Dictionary<string, string> { ["unknown"] = "nobody@example.com" };
        foreach (var status in (string[])["active", "locked", "pending"])
        {
            var person = await office.HireAsync("viewer");
            await crm.Behind.ChangeAsync("UPDATE accounts.users SET status = $2 WHERE id = $1", person.Id, status);
            emails[status] = person.Email;
        }

        await office.RenewAsync();
        await office.Admin.PostAsync("/api/admin/users", new { email = "nopassword@example.com", name = "Invited Person", role = "viewer" });
        emails["without a password"] = "nopassword@example.com";
        using var client = crm.NewClient();
        var number = 0;

        var faults = new List<string>();
        faults.AddRange(await CompareAsync("login", emails, email => client.LoginAsync(email, Wrong)));
        faults.AddRange(await CompareAsync("forgot", emails, email => client.PostAsync("/auth/password/forgot", new { email })));
        faults.AddRange(await CompareAsync("register", emails, email => client.PostAsync(
            "/auth/register",
            new { email = email == "nobody@example.com" ? $"new{number++}@example.com" : email, password = ApiClient.Password, name = "New Person", company = "New Company" })));

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>Asks in random order, many times; tells each pair of kinds that a classifier could tell apart.</summary>
    private static async Task<IEnumerable<string>> CompareAsync(string what, Dictionary<string, string> emails, Func<string, Task<Answer>> ask)
    {
        var random = new Random(20_261_121);
        var kinds = emails.Keys.ToArray();
        var times = kinds.ToDictionary(kind => kind, _ => new List<double>(Samples));
        var texts = new HashSet<string>();
        for (var sample = -50; sample < Samples; sample++)
        {
            random.Shuffle(kinds);
            foreach (var kind in kinds)
            {
                var since = Stopwatch.GetTimestamp();
                var answer = await ask(emails[kind]);
                var elapsed = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
                texts.Add($"{(int)answer.Status} {WithoutRequest(answer.Text)} {Headers(answer)}");
                if (sample >= 0)
                {
                    times[kind].Add(elapsed);
                }
            }
        }

        var faults = new List<string>();
        if (texts.Count != 1)
        {
            faults.Add($"{what}: answers differ: {string.Join(" | ", texts.Order())}");
        }

        foreach (var (one, other) in kinds.SelectMany((one, index) => kinds[(index + 1)..], (one, other) => (one, other)))
        {
            var (auc, gap) = (Separation(times[one], times[other]), Math.Abs(Median(times[one]) - Median(times[other])));
            TestContext.Current.SendDiagnosticMessage($"{what}: {one} / {other}: AUC {auc:0.000}, medians {Median(times[one]):0.000} and {Median(times[other]):0.000} ms");
            if (auc > 0.55 || gap > 2)
            {
                faults.Add($"{what}: {one} / {other}: AUC {auc:0.000}, medians {Median(times[one]):0.000} and {Median(times[other]):0.000} ms");
            }
        }

        return faults;
    }

    /// <summary>The area under the ROC curve of the best threshold classifier: 0.5 tells nothing, 1 everything (Mann-Whitney U).</summary>
    private static double Separation(List<double> one, List<double> other)
    {
        var ranked = one.Select(value => (value, isOne: true)).Concat(other.Select(value => (value, isOne: false))).OrderBy(pair => pair.value).ToList();
        var ranks = ranked.Select((pair, index) => (pair.isOne, rank: index + 1.0)).Where(pair => pair.isOne).Sum(pair => pair.rank);
        var auc = (ranks - one.Count * (one.Count + 1) / 2.0) / ((double)one.Count * other.Count);
        return Math.Max(auc, 1 - auc);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Headers(Answer answer) => string.Join(", ", answer.Headers.Concat(answer.ContentHeaders)
        .Where(header => header.Key is not ("X-Request-ID" or "Date")).Select(header => $"{header.Key}: {string.Join(' ', header.Value)}"));

    private static string WithoutRequest(string text) => Regex.Replace(text, "\"requestId\":\"[^\"]*\"", "", RegexOptions.NonBacktracking);
}
