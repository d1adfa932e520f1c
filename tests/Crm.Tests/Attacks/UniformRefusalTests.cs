using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

[Collection(typeof(OnThreeUnlimitedServers))]
public sealed class UniformRefusalTests(UnlimitedTrio trio)
{
    private const string Wrong = "Wrong horse 7 battery!";

    [Fact]
    [Requirement("R007")]
    public async Task A_wrong_password_is_answered_alike_whatever_the_account_is()
    {
        var emails = new List<string> { "nobody@example.com", "not an address" };
        foreach (var status in (string[])["active", "pending", "locked", "disabled"])
        {
            var person = await trio.Office.HireAsync("viewer");
            await trio.First.Behind.ChangeAsync("UPDATE accounts.users SET status = $2 WHERE id = $1", person.Id, status);
            emails.Add(person.Email);
        }

        emails.Add((await trio.Office.HireAsync("manager")).Email);
        using var client = trio.First.NewClient();
        var answers = new List<Answer>();
        foreach (var email in emails)
        {
            answers.Add(await client.LoginAsync(email, Wrong));
        }

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Unauthorized, "invalid_credentials"), (answer.Status, answer.Code)));
        Assert.Single(answers.Select(WithoutRequest).Distinct());
        Assert.Single(answers.Select(Headers).Distinct());
    }

    [Fact]
    [Requirement("R008")]
    public async Task An_unknown_address_takes_as_long_as_a_known_one()
    {
        const int samples = 200;
        var person = await trio.Office.HireAsync("viewer");
        using var client = trio.First.NewClient();
        var (known, unknown) = (new double[samples], new double[samples]);
        for (var sample = -10; sample < samples; sample++)
        {
            // One after the other, so that whatever else the machine does slows both alike.
            var (one, other) = (await TimeAsync(client, person.Email), await TimeAsync(client, "nobody@example.com"));
            if (sample >= 0)
            {
                (known[sample], unknown[sample]) = (one, other);
            }
        }

        // The noise: how far a request of one and the same kind commonly is from its median.
        var noise = Math.Min(Spread(known), Spread(unknown)) / 2;
        Assert.InRange(Math.Abs(Quantile(known, 0.5) - Quantile(unknown, 0.5)), 0, noise);
    }

    private static async Task<double> TimeAsync(ApiClient client, string email)
    {
        var since = Stopwatch.GetTimestamp();
        await client.LoginAsync(email, Wrong);
        return Stopwatch.GetElapsedTime(since).TotalMilliseconds;
    }

    private static double Spread(double[] samples) => Quantile(samples, 0.75) - Quantile(samples, 0.25);

    private static double Quantile(double[] samples, double share) => samples.Order().ElementAt((int)(samples.Length * share));

    private static string WithoutRequest(Answer answer) =>
        Regex.Replace(answer.Text, "\"requestId\":\"[^\"]*\"", "", RegexOptions.NonBacktracking);

    private static string Headers(Answer answer) => string.Join('\n', answer.Headers.Concat(answer.ContentHeaders)
        .Where(header => header.Key is not ("X-Request-ID" or "Date"))
        .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}"));
}
