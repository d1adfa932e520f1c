using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Reflection;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Passwords;
using Palisade.Crm.Tests.Surface;
using Palisade.Messaging;

namespace Palisade.Crm.Tests.Mfa;

/// <summary>Which factors there are, and which there must not be.</summary>
public sealed class FactorInventoryTests(CrmOffice office) : IClassFixture<CrmOffice>
{
    private static readonly string[] Factors = ["backup_code", "passkey", "password", "sms", "totp"];

    [Fact]
    [Asvs("V6.6.4")]
    public async Task There_are_these_factors_and_neither_mail_nor_push_is_one()
    {
        var methods = MappedRoute.AllOf(office.Crm).Select(route => route.Body).OfType<Type>().Distinct()
            .Select(body => body.GetProperty("Method")?.GetCustomAttribute<AllowedValuesAttribute>()?.Values).OfType<object?[]>()
            .SelectMany(values => values.OfType<string>()).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(Factors, methods);
        Assert.Equal(["Totp", "Sms", "Passkey", "BackupCodes"], Enum.GetNames<FactorName>());
        Assert.Equal(
            "backup_codes challenges passkey_ceremonies passkeys recoveries sms_codes sms_factors totp_factors",
            await office.Crm.Behind.ReadAsync<string>("SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'mfa'"));
    }

    [Fact]
    [Asvs("V6.3.6")]
    public async Task No_mailed_link_signs_anybody_in_or_stands_in_for_a_factor()
    {
        var (crm, mails) = (office.Crm, new MailBox(office.Crm));
        using var reader = crm.NewClient();
        await reader.PostAsync("/auth/register", new { email = "rita@example.org", password = ApiClient.Password, name = "Rita Register", company = "Rita's" });
        await GivesNothingAsync("/auth/verify-email", new { token = (await mails.LatestAsync("rita@example.org", "verify_email")).Token });
        await office.Office.Admin.PostAsync("/api/admin/users", new { email = "ivo@example.org", name = "Ivo Invited", role = "viewer" });
        await GivesNothingAsync("/auth/accept-invitation", new { token = (await mails.LatestAsync("ivo@example.org", "invitation")).Token, password = ApiClient.Password });

        var person = await office.Office.HireAsync("manager");
        await GivesNothingAsync("/auth/password/reset", new { token = await crm.MailedTokenAsync(person.Email), password = "Seven green 8 lanterns?" });
        var login = await reader.LoginAsync(person.Email, "Seven green 8 lanterns?", "native");
        Assert.Equal("mfa_required", login["status"]);
        Assert.Equal(["totp", "backup_code"], login.Json.GetProperty("methods").EnumerateArray().Select(method => method.GetString()));
        foreach (var method in new[] { "email", "mail", "push" })
        {
            Assert.Equal("validation_failed", (await reader.PostAsync("/auth/mfa/verify", new { challenge = login["challenge"], method, code = "123456" })).Code);
        }

        using var client = crm.NewClient();
        var viewer = await office.Office.HireAsync("viewer");
        client.AccessToken = (await viewer.LoginAsync(client))["accessToken"];
        foreach (var (path, mailbox, kind) in new[]
        {
            ("/auth/email/object", viewer.Email, "email_change_requested"), ("/auth/email/confirm", "moved@example.org", "confirm_new_email"),
        })
        {
            client.AccessToken = (await viewer.LoginAsync(client))["accessToken"];
            await client.PostAsync("/account/email", new { email = "moved@example.org" });
            await GivesNothingAsync(path, new { token = (await mails.LatestAsync(mailbox, kind)).Token });
        }

        var lost = await office.Office.HireAsync("manager");
        await reader.PostAsync("/auth/recovery", new { challenge = await lost.ChallengeAsync(reader) });
        await GivesNothingAsync("/auth/recovery/cancel", new { token = (await mails.LatestAsync(lost.Email, "recovery_requested")).Token });
        await reader.PostAsync("/auth/recovery", new { challenge = await lost.ChallengeAsync(reader) });
        crm.Clock.Advance(TimeSpan.FromHours(25));
        await reader.PostAsync("/auth/recovery", new { challenge = await lost.ChallengeAsync(reader) });
        await GivesNothingAsync("/auth/recovery/complete", new { token = (await mails.LatestAsync(lost.Email, "recovery_ready")).Token, password = ApiClient.Password });

        async Task GivesNothingAsync(string path, object body)
        {
            using var finder = crm.NewClient();
            var answer = await finder.PostAsync(path, body);
            Assert.Equal((HttpStatusCode.NoContent, ""), (answer.Status, answer.Text));
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }
}
