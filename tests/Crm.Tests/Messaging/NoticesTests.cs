using System.Globalization;
using System.Text;
using System.Text.Json;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Mfa;
using Palisade.Crypto.Totp;

namespace Palisade.Crm.Tests.Messaging;

/// <summary>What happens to somebody's account, told to their mailbox.</summary>
public sealed class NoticesTests(CrmOffice office) : IClassFixture<CrmOffice>
{
    private const string Firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0";
    private const string Next = "Seven green 8 lanterns?";

    private readonly List<string> secrets = [ApiClient.Password, Next];

    [Fact]
    [Requirement("R329")]
    [Asvs("V6.3.7")]
    public async Task Each_change_is_told_once_with_time_address_and_device_and_nothing_a_thief_could_use()
    {
        var (crm, mails) = (office.Crm, new MailBox(office.Crm));
        var person = await office.Office.HireAsync("viewer");
        using var client = crm.NewClient();

        await TellsAsync("new_device", async () => Kept(await OkAsync(HttpMethod.Post, "/auth/login", new { email = person.Email, password = ApiClient.Password }), "accessToken"));
        await TellsAsync("password_changed", () => OkAsync(HttpMethod.Post, "/auth/password/change", new { currentPassword = ApiClient.Password, newPassword = Next }));
        await TellsAsync("mfa_enrolled", async () =>
        {
            TotpSeed.TryFromBase32(Kept(await OkAsync(HttpMethod.Post, "/auth/mfa/totp/enroll", new { }), "secret"), out var seed);
            client.Seed = seed;
            Keep(await OkAsync(HttpMethod.Post, "/auth/mfa/totp/confirm", new { code = client.NextCode() }));
        });
        await TellsAsync("mfa_enrolled", async () =>
        {
            await OkAsync(HttpMethod.Post, "/auth/mfa/sms/enroll", new { phone = "+254712345777" });
            var code = (await mails.SmsAsync("+254712345777"))[^1].Text.Split(':')[1].Trim()[..6];
            secrets.Add(code);
            await OkAsync(HttpMethod.Post, "/auth/mfa/sms/confirm", new { code });
        });
        using var passkey = new SoftAuthenticator { Origin = crm.Address.GetLeftPart(UriPartial.Authority) };
        var id = "";
        await TellsAsync("passkey_added", async () =>
        {
            var options = await OkAsync(HttpMethod.Post, "/auth/passkeys/options", new { purpose = "register" });
            id = (await OkAsync(HttpMethod.Post, "/auth/passkeys", new { credential = passkey.Create(options.Json) }))["id"];
        });
        await TellsAsync("backup_codes_regenerated", async () => Keep(await OkAsync(HttpMethod.Post, "/auth/mfa/backup-codes", new { })));
        await TellsAsync("mfa_removed", () => OkAsync(HttpMethod.Delete, "/auth/mfa/backup_code"));
        await TellsAsync("mfa_removed", () => OkAsync(HttpMethod.Delete, "/auth/mfa/sms"));
        await TellsAsync("passkey_removed", () => OkAsync(HttpMethod.Delete, $"/account/passkeys/{id}"));
        await TellsAsync("mfa_removed", () => OkAsync(HttpMethod.Delete, "/auth/mfa/totp"));
        await TellsAsync("account_locked", async () =>
        {
            for (var guess = 0; guess < 8; guess++)
            {
                await SendAsync(HttpMethod.Post, "/auth/login", new { email = person.Email, password = $"Wrong horse {guess} battery!", captcha = "solved" }, stranger: true);
            }
        });
        const string moved = "moved.notices@example.org";
        await OkAsync(HttpMethod.Post, "/account/email", new { email = moved });
        var token = (await mails.LatestAsync(moved, "confirm_new_email")).Token;
        secrets.Add(token);
        await TellsAsync("email_changed", () => OkAsync(HttpMethod.Post, "/auth/email/confirm", new { token }));
        Check(Assert.Single(await mails.ToAsync(moved, "email_changed")));

        async Task TellsAsync(string kind, Func<Task> act)
        {
            var before = (await mails.ToAsync(person.Email)).Count(mail => mail.Kind != "email_change_requested");
            await act();
            var after = (await mails.ToAsync(person.Email)).Where(mail => mail.Kind != "email_change_requested").ToList();
            Assert.True(after.Count == before + 1, $"{kind}: {after.Count - before} mails");
            Assert.Equal(kind, after[^1].Kind);
            Check(after[^1]);
        }

        void Check(Mail mail)
        {
            Assert.Matches("Time: [0-9]{1,2} [A-Z][a-z]+ [0-9]{4}, [0-9]{2}:[0-9]{2} UTC", mail.Text);
            Assert.Contains(crm.Clock.GetUtcNow().UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture), mail.Text, StringComparison.Ordinal);
            Assert.Matches("IP address: (127[.]0[.]0[.]1|::1)\n", mail.Text);
            Assert.Contains("Device: Firefox on Windows", mail.Text, StringComparison.Ordinal);
            Assert.Empty(mail.Links);
            Assert.DoesNotContain("href", mail.Html, StringComparison.OrdinalIgnoreCase);
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, mail.Text + mail.Html, StringComparison.OrdinalIgnoreCase));
        }

        async Task<Answer> OkAsync(HttpMethod method, string path, object? body = null)
        {
            var answer = await SendAsync(method, path, body);
            Assert.True((int)answer.Status < 300, $"{path}: {answer.Text}");
            client.CsrfToken = answer.Headers.TryGetValues("X-CSRF-Token", out var renewed) ? renewed.Single()
                : path == "/auth/login" ? answer["csrfToken"] : client.CsrfToken;
            return answer;
        }

        async Task<Answer> SendAsync(HttpMethod method, string path, object? body, bool stranger = false)
        {
            using var other = stranger ? crm.NewClient() : null;
            return await (other ?? client).SendAsync(
                method, path, body is null ? null : new StringContent(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json"), ("User-Agent", Firefox));
        }

        string Kept(Answer answer, string member)
        {
            secrets.Add(answer[member]);
            return answer[member];
        }

        void Keep(Answer answer) => secrets.AddRange(answer.Json.GetProperty("backupCodes").EnumerateArray().Select(code => code.GetString()!));
    }
}
