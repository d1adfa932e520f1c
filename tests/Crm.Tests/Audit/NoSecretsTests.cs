using System.Buffers.Text;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Configuration;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;
using Palisade.Crypto.Secrets;
using Palisade.Crypto.Totp;
using Palisade.Logging;

namespace Palisade.Crm.Tests.Audit;

/// <summary>A day's work with known secrets, and then a search for each of them wherever the product writes.</summary>
public sealed class NoSecretsTests(TestCluster cluster)
{
    private const string Password = "Seeded-Passw0rd-zq!";
    private const string WrongPassword = "Seeded-Wr0ng-zq-Pass!";
    private const string MistypedSecret = "Seeded-Mistyp3d-zq!";

    private readonly List<string> bodies = [];
    private readonly Dictionary<string, string> secrets = [];

    [Fact, Requirement("R026", "R186", "R281"), Asvs("V16.2.5")]
    public async Task No_secret_is_written_anywhere_and_each_is_told_once()
    {
        using var console = new StringWriter();
        var crm = new CrmInstance(cluster) { LogLevel = "debug", Configure = LogAsTheProductDoes };
        string rows, logs;
        await using (crm)
        {
            var stdout = System.Console.Out;
            System.Console.SetOut(console); // taken by the log when it is made
            try
            {
                await crm.InitializeAsync();
            }
            finally
            {
                System.Console.SetOut(stdout);
            }

            await WorkAsync(crm);
            rows = await EverythingKeptAsync(crm);
            await crm.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHost>().StopAsync(TestContext.Current.CancellationToken);
            await Task.Delay(300, TestContext.Current.CancellationToken); // lines of the background writer
            logs = string.Join('\n', Directory.EnumerateFiles(crm.Services.GetRequiredService<PalisadeSettings>().LogFolder, "*.log", SearchOption.AllDirectories).Select(ReadShared)) + console;
        }

        Assert.Contains("LOGIN_FAILED", logs, StringComparison.Ordinal);
        Assert.Contains("\"/auth/login\"", logs.Replace("\\u0022", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(secrets.Count > 25);
        foreach (var (name, secret) in secrets)
        {
            foreach (var form in Forms(secret))
            {
                Assert.False(rows.Contains(form, StringComparison.OrdinalIgnoreCase), $"The database holds the {name}.");
                Assert.False(logs.Contains(form, StringComparison.Ordinal), $"The log holds the {name}.");
            }

            var told = bodies.Count(body => body.Contains(secret, StringComparison.Ordinal));
            Assert.True(told <= 1, $"The {name} was told {told} times.");
        }

        Assert.DoesNotContain(bodies, body => new[] { Password, WrongPassword, MistypedSecret }.Any(secret => body.Contains(secret, StringComparison.Ordinal)));
        Assert.DoesNotContain(bodies, body => body.Contains("argon2", StringComparison.OrdinalIgnoreCase));
    }

    private async Task WorkAsync(CrmInstance crm)
    {
        foreach (var line in System.IO.File.ReadAllLines(Path.Combine(crm.Folder, SecretFile.FileName)).Where(line => line.Contains('=', StringComparison.Ordinal) && line[0] != '#'))
        {
            secrets[$"setting {line.Split('=')[0]}"] = line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"');
        }

        secrets["weak password"] = "Leak123";
        (secrets["password"], secrets["wrong password"], secrets["password typed as address"], secrets["setup token"]) = (Password, WrongPassword, MistypedSecret, crm.SetupToken);
        using var ada = crm.NewClient();
        var setup = await AskAsync(ada, "/setup", new { token = crm.SetupToken, email = "ada@example.com", password = Password, name = "Ada Admin", company = "Acme" });
        await EnrollAsync(ada, setup["challenge"], "first");

        var invited = await AskAsync(ada, "/api/admin/users", new { email = "mona@example.com", name = "Mona", role = "manager" });
        secrets["invitation"] = invited["invitation"];
        using var mona = crm.NewClient();
        await AskAsync(mona, "/auth/accept-invitation", new { token = invited["invitation"], password = secrets["weak password"] });
        await AskAsync(mona, "/auth/accept-invitation", new { token = invited["invitation"], password = Password });
        await AskAsync(mona, "/auth/login", new { email = "mona@example.com", password = WrongPassword });
        await AskAsync(mona, "/auth/login", new { email = MistypedSecret, password = WrongPassword });
        await AskAsync(mona, "/auth/login", new { email = "mona@example.com", password = WrongPassword, extra = Password });
        var login = await AskAsync(mona, "/auth/login", new { email = "mona@example.com", password = Password, client = "native" });
        var enrolled = await EnrollAsync(mona, login["challenge"], "second");

        mona.AccessToken = null;
        mona.CsrfToken = null;
        var code = enrolled.Json.GetProperty("backupCodes")[0].GetString()!;
        using var phone = crm.NewClient();
        login = await AskAsync(phone, "/auth/login", new { email = "mona@example.com", password = Password, client = "native" });
        secrets["challenge"] = login["challenge"];
        await AskAsync(phone, "/auth/mfa/verify", new { challenge = login["challenge"], method = "backup_code", code = "wrong-code" });
        var signedIn = Keep("third", await AskAsync(phone, "/auth/mfa/verify", new { challenge = login["challenge"], method = "backup_code", code }));
        Keep("fourth", await AskAsync(phone, "/auth/refresh", new { refreshToken = signedIn["refreshToken"] }));
        phone.AccessToken = signedIn["accessToken"];
        await phone.SendAsync(HttpMethod.Get, $"/api/estates?access_token={signedIn["accessToken"]}&token={secrets["invitation"]}");
        foreach (var path in new[] { "/account", "/api/admin/users", "/api/admin/roles", "/api/admin/audit?pageSize=100", "/api/customers", "/api/estates", "/metrics", "/.well-known/jwks.json" })
        {
            bodies.Add((await ada.GetAsync(path)).Text);
        }

        await MailedAsync(crm, ada, "mona@example.com");
        bodies.Add((await phone.SendAsync(HttpMethod.Post, "/auth/logout")).Text);
        phone.AccessToken = signedIn["accessToken"] + "x";
        bodies.Add((await phone.GetAsync("/account")).Text);
        foreach (Cookie cookie in ada.Cookies.GetAllCookies())
        {
            secrets[$"cookie {cookie.Name}"] = cookie.Value;
        }
    }

    /// <summary>Everything that a mail or an SMS carries, and nobody else may see.</summary>
    private async Task MailedAsync(CrmInstance crm, ApiClient ada, string address)
    {
        var mails = new MailBox(crm);
        using var client = crm.NewClient();
        await AskAsync(client, "/auth/register", new { email = "rita@example.com", password = Password, name = "Rita", company = "Rita's" });
        secrets["link of a registration"] = (await mails.LatestAsync("rita@example.com", "verify_email")).Token;
        await AskAsync(client, "/auth/verify-email", new { token = secrets["link of a registration"] });
        await AskAsync(client, "/auth/password/forgot", new { email = "rita@example.com" });
        secrets["link of a reset"] = (await mails.LatestAsync("rita@example.com", "password_reset")).Token;
        await AskAsync(client, "/auth/password/reset", new { token = secrets["link of a reset"] + "x", password = Password });
        var login = await AskAsync(client, "/auth/login", new { email = "rita@example.com", password = Password, client = "native" });
        secrets["device token"] = login["deviceToken"];
        client.AccessToken = Keep("fifth", login)["accessToken"];
        await AskAsync(client, "/account/email", new { email = "rita@new.example" });
        secrets["link to confirm"] = (await mails.LatestAsync("rita@new.example", "confirm_new_email")).Token;
        secrets["link to object"] = (await mails.LatestAsync("rita@example.com", "email_change_requested")).Token;
        await AskAsync(client, "/auth/mfa/sms/enroll", new { phone = "+254712345999" });
        client.AccessToken = null;

        var mona = (await ada.GetAsync("/api/admin/users?pageSize=100")).Json.GetProperty("items").EnumerateArray().Single(user => user.GetProperty("email").GetString() == address);
        bodies.Add((await ada.SendAsync(HttpMethod.Post, $"/api/admin/users/{mona.GetProperty("id").GetString()}/password-reset")).Text);
        secrets["link of a started reset"] = (await mails.LatestAsync(address, "password_reset")).Token;
        login = await AskAsync(client, "/auth/login", new { email = address, password = Password, client = "native" });
        await AskAsync(client, "/auth/recovery", new { challenge = login["challenge"] });
        secrets["link to stop a recovery"] = (await mails.LatestAsync(address, "recovery_requested")).Token;
    }

    private async Task<Answer> EnrollAsync(ApiClient person, string challenge, string which)
    {
        secrets[$"{which} challenge of enrolment"] = challenge;
        var enrollment = await AskAsync(person, "/auth/mfa/totp/enroll", new { challenge });
        secrets[$"{which} seed"] = enrollment["secret"];
        person.Seed = TotpSeed.TryFromBase32(enrollment["secret"], out var seed) ? seed : null;
        var confirmed = Keep(which, await AskAsync(person, "/auth/mfa/totp/confirm", new { challenge, code = person.NextCode() }));
        foreach (var code in confirmed.Json.GetProperty("backupCodes").EnumerateArray())
        {
            secrets[$"{which} backup code {code.GetString()![..2]}"] = code.GetString()!;
        }

        person.AccessToken = confirmed["accessToken"];
        return confirmed;
    }

    private Answer Keep(string which, Answer answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        secrets[$"{which} access token"] = answer["accessToken"];
        if (answer.Json.TryGetProperty("refreshToken", out var refresh))
        {
            secrets[$"{which} refresh token"] = refresh.GetString()!;
        }

        return answer;
    }

    private async Task<Answer> AskAsync(ApiClient person, string path, object body)
    {
        var answer = await person.PostAsync(path, body);
        bodies.Add(answer.Text);
        return answer;
    }

    /// <summary>The secret as text, and as PostgreSQL shows the bytes of its text and the bytes it stands for.</summary>
    private static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        yield return Convert.ToHexString(Encoding.UTF8.GetBytes(secret));
        if (secret.Length >= 22 && Base64Url.IsValid(secret))
        {
            yield return Convert.ToHexString(Base64Url.DecodeFromChars(secret));
        }

        if (Base32.TryDecode(secret, out var bytes))
        {
            yield return Convert.ToHexString(bytes);
        }
    }

    private static async Task<string> EverythingKeptAsync(CrmInstance crm)
    {
        var text = new StringBuilder();
        foreach (var table in await Rows.TablesAsync(crm.Behind))
        {
            foreach (var row in await crm.Behind.RowsAsync($"SELECT t::text FROM {table} t"))
            {
                text.Append(row[0]).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private static void LogAsTheProductDoes(WebApplicationBuilder builder) => builder.Services.AddPalisadeLogging(
        (PalisadeSettings)builder.Services.Last(service => service.ServiceType == typeof(PalisadeSettings)).ImplementationInstance!);
}
