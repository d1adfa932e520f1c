using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts;
using Palisade.Accounts.Internal;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Validation;

namespace Palisade.Crm.Tests.Accounts;

/// <summary>How a stranger gets an account, and what one learns on the way about others: nothing.</summary>
public sealed class RegistrationTests(CrmOffice place, TestCluster cluster) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;
    private readonly MailBox mails = new(place.Crm);

    [Fact]
    [Requirement("R001")]
    public async Task Parallel_registrations_of_one_address_in_any_case_leave_one_waiting_account_and_one_mail()
    {
        using var volley = await Volley.OpenAsync(6, crm);

        await volley.FireAsync((client, index) => RegisterAsync(client, index % 2 == 0 ? "twice@example.org" : "TWICE@example.org"));

        Assert.Equal("pending", await crm.Behind.ReadAsync<string>("SELECT string_agg(status, ',') FROM accounts.users WHERE email_key = 'twice@example.org'"));
        var mail = Assert.Single((await mails.ToAsync("twice@example.org")).Concat(await mails.ToAsync("TWICE@example.org")));
        Assert.Equal("verify_email", mail.Kind);
        Assert.Equal(1, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM audit.events WHERE type = 'REGISTRATION' AND outcome = 'success' AND entity_id = $1", (await IdOfAsync("twice@example.org")).ToString("D")));
    }

    [Fact]
    [Requirement("R002")]
    public async Task Nobody_registers_as_more_than_a_viewer_in_a_company_of_their_own()
    {
        using var client = crm.NewClient();
        foreach (var more in (string[])["role", "status", "permissions", "companyId", "tenantId", "emailVerified"])
        {
            var refused = await client.PostAsync(
                "/auth/register",
                new Dictionary<string, object> { ["email"] = $"{more}@example.org", ["password"] = ApiClient.Password, ["name"] = "Mallory", ["company"] = "Mallory Ltd", [more] = "admin" });
            Assert.Equal((HttpStatusCode.BadRequest, "malformed_request"), (refused.Status, refused.Code));
        }

        await RegisterAsync(client, "vera@example.org");
        await VerifyAsync(client, "vera@example.org");
        var signedIn = await client.LoginAsync("vera@example.org", client: "native");
        Assert.Equal("viewer", signedIn.Json.GetProperty("user").GetProperty("role").GetString());
        client.AccessToken = signedIn["accessToken"];
        Assert.Equal(0, (await client.GetAsync("/api/estates")).Json.GetProperty("items").GetArrayLength());
        Assert.NotEqual(
            await crm.Behind.ReadAsync<Guid>("SELECT tenant_id FROM accounts.users WHERE email_key = 'ada@example.com'"),
            await crm.Behind.ReadAsync<Guid>("SELECT tenant_id FROM accounts.users WHERE email_key = 'vera@example.org'"));
    }

    [Fact]
    public async Task Whose_address_it_is_learns_of_a_second_registration_and_the_caller_does_not()
    {
        var person = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();

        var (known, unknown) = (await RegisterAsync(client, person.Email.ToUpperInvariant()), await RegisterAsync(client, "first@example.org"));

        Assert.Equal((known.Status, known.Text, Headers(known)), (unknown.Status, unknown.Text, Headers(unknown)));
        Assert.Equal("address_already_registered", (await mails.ToAsync(person.Email))[^1].Kind);
        Assert.Empty(await mails.ToAsync(person.Email.ToUpperInvariant()));
        Assert.Equal(HttpStatusCode.OK, (await person.LoginAsync(client)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.LoginAsync(person.Email, "Another horse 7 battery!")).Status);
    }

    [Fact]
    [Requirement("R004")]
    public async Task The_mailed_link_is_good_once_for_a_day_and_no_sign_in_comes_before_it()
    {
        using var client = crm.NewClient();
        await RegisterAsync(client, "once@example.org");
        Assert.Equal("invalid_credentials", (await client.LoginAsync("once@example.org")).Code);
        var token = (await mails.LatestAsync("once@example.org", "verify_email")).Token;
        Assert.DoesNotContain(token, await crm.Behind.WholeTextAsync(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("/auth/verify-email", new { token })).Status);
        Assert.Equal("invalid_or_used_token", (await client.PostAsync("/auth/verify-email", new { token })).Code);
        Assert.Equal(HttpStatusCode.OK, (await client.LoginAsync("once@example.org")).Status);
        Assert.True(await crm.Behind.ReadAsync<bool>("SELECT email_verified_at IS NOT NULL AND status = 'active' FROM accounts.users WHERE email_key = 'once@example.org'"));

        using var later = crm.NewClient();
        await RegisterAsync(later, "late@example.org");
        var late = (await mails.LatestAsync("late@example.org", "verify_email")).Token;
        crm.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal("invalid_or_used_token", (await later.PostAsync("/auth/verify-email", new { token = late })).Code);
        Assert.Equal(HttpStatusCode.Accepted, (await later.PostAsync("/auth/verify-email/resend", new { email = "late@example.org" })).Status);
        await VerifyAsync(later, "late@example.org");
    }

    [Fact]
    public async Task Of_a_hundred_parallel_uses_of_a_link_one_counts()
    {
        using var client = crm.NewClient();
        await RegisterAsync(client, "race@example.org");
        var token = (await mails.LatestAsync("race@example.org", "verify_email")).Token;
        using var volley = await Volley.OpenAsync(100, crm);

        var answers = await volley.FireAsync((caller, _) => caller.PostAsync("/auth/verify-email", new { token }));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.NoContent);
        Assert.Equal(1, await crm.Behind.EventsAsync("EMAIL_VERIFIED", await IdOfAsync("race@example.org")));
    }

    [Fact]
    public async Task Who_proves_the_address_decides_the_password_and_not_who_named_it_first()
    {
        using var client = crm.NewClient();
        await RegisterAsync(client, "mine@example.org", "Stranger's horse 7!");
        var strangers = (await mails.LatestAsync("mine@example.org", "verify_email")).Token;
        crm.Clock.Advance(TimeSpan.FromMinutes(3));
        await RegisterAsync(client, "mine@example.org", "My own horse 7 battery!");

        Assert.Equal("invalid_or_used_token", (await client.PostAsync("/auth/verify-email", new { token = strangers })).Code);
        await VerifyAsync(client, "mine@example.org");

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.LoginAsync("mine@example.org", "Stranger's horse 7!")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.LoginAsync("mine@example.org", "My own horse 7 battery!")).Status);
    }

    [Fact]
    public async Task Nobody_takes_over_the_address_of_an_invitation()
    {
        await place.Office.RenewAsync();
        var invited = await place.Office.Admin.PostAsync("/api/admin/users", new { email = "invited@example.org", name = "Invited Person", role = "agent" });
        using var client = crm.NewClient();

        await RegisterAsync(client, "invited@example.org", "Stranger's horse 7!");

        Assert.Empty(await mails.ToAsync("invited@example.org", "verify_email"));
        await client.PostAsync("/auth/accept-invitation", new { token = invited["invitation"], password = ApiClient.Password });
        Assert.Equal("agent", (await client.LoginAsync("invited@example.org")).Json.GetProperty("user").GetProperty("role").GetString());
    }

    [Fact]
    [Invariant("H8")]
    public async Task No_letter_makes_two_people_one_and_mail_goes_to_the_stored_address()
    {
        const string victim = "mike@example.org";
        using var client = crm.NewClient();
        await RegisterAsync(client, victim);
        await VerifyAsync(client, victim);

        // Every letter in every place of the address. Who is the same to us, and who is the same to any folding somebody else might use.
        var turkish = CultureInfo.GetCultureInfo("tr-TR").TextInfo;
        bool LooksLike(string spelled) =>
            EmailAddress.TryParse(spelled, out var email, out _) && email.Key == victim
            || string.Equals(spelled, victim, StringComparison.OrdinalIgnoreCase)
            || turkish.ToUpper(spelled) == turkish.ToUpper(victim) || turkish.ToLower(spelled) == victim
            || string.Equals(spelled.Normalize(NormalizationForm.FormKC), victim, StringComparison.OrdinalIgnoreCase)
            || string.Equals(spelled.Normalize(NormalizationForm.FormKD), victim, StringComparison.OrdinalIgnoreCase)
            || Folded(spelled) == victim;
        var spellings = Enumerable.Range(0x80, 0x1FFFF - 0x80)
            .Where(point => Rune.IsValid(point) && CharUnicodeInfo.GetUnicodeCategory(point) != UnicodeCategory.OtherNotAssigned)
            .SelectMany(point => (int[])[0, 1, 2, 3, 5, 12, 15], (point, place) => $"{victim[..place]}{new Rune(point)}{victim[(place + 1)..]}")
            .Where(LooksLike)
            .Concat(["MIKE@example.org", "Mike@EXAMPLE.org", "mike@example.org.", "mike@xn--example-.org"])
            .ToList();
        Assert.InRange(spellings.Count, 50, 5_000); // the Kelvin sign, full-width letters, letters in circles, ...
        foreach (var spelled in spellings)
        {
            await client.PostAsync("/auth/password/forgot", new { email = spelled });
            await client.PostAsync("/auth/register", new { email = spelled, password = ApiClient.Password, name = "New Person", company = "New Company" });
        }

        await mails.DeliverAsync();
        Assert.Equal(victim, await crm.Behind.ReadAsync<string>("SELECT string_agg(email, ' ') FROM accounts.users WHERE lower(normalize(email, NFKC)) IN ($1, $1 || '.')", victim));
        var delivered = Directory.GetFiles(Path.Combine(crm.Folder, "mail")).Select(File.ReadAllText).ToList();
        Assert.All(spellings, spelled => Assert.DoesNotContain(delivered, mail => mail.Contains($"To: <{spelled}>", StringComparison.Ordinal)));
        Assert.Contains(await mails.ToAsync(victim), mail => mail.Kind == "address_already_registered");
    }

    [Fact]
    public async Task A_closed_registration_is_not_there()
    {
        await using var closed = new CrmInstance(cluster) { Configure = builder => builder.Services.AddSingleton(new AccountOptions { RegistrationIsOpen = false }) };
        await closed.InitializeAsync();
        using var client = closed.NewClient();

        var answer = await client.PostAsync("/auth/register", new { email = "late@example.org", password = ApiClient.Password, name = "New Person", company = "New Company" });

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (answer.Status, answer.Code));
        Assert.Equal(0, await closed.Behind.ReadAsync<long>("SELECT count(*) FROM accounts.users"));
    }

    [Fact]
    public async Task What_nobody_confirmed_is_gone_a_week_after_its_link()
    {
        using var client = crm.NewClient();
        await RegisterAsync(client, "gone@example.org");
        var (user, tenants) = (await IdOfAsync("gone@example.org"), await crm.Behind.ReadAsync<long>("SELECT count(*) FROM tenancy.tenants"));

        crm.Clock.Advance(TimeSpan.FromDays(9));
        await crm.Services.GetRequiredService<Sweeper>().RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM accounts.users WHERE id = $1", user));
        Assert.True(await crm.Behind.ReadAsync<long>("SELECT count(*) FROM tenancy.tenants") < tenants);
        await RegisterAsync(client, "gone@example.org");
        await VerifyAsync(client, "gone@example.org");
    }

    private async Task<Answer> RegisterAsync(ApiClient client, string email, string password = ApiClient.Password)
    {
        var answer = await client.PostAsync("/auth/register", new { email, password, name = "New Person", company = "New Company" });
        Assert.Equal((HttpStatusCode.Accepted, ""), (answer.Status, answer.Text));
        await crm.SettleAsync();
        return answer;
    }

    // There and back again: the long s and the Kelvin sign come back as letters of ASCII.
    private static string Folded(string text) => string.Concat(text.Select(letter => char.ToLowerInvariant(char.ToUpperInvariant(letter))));

    private async Task VerifyAsync(ApiClient client, string email)
    {
        var verified = await client.PostAsync("/auth/verify-email", new { token = (await mails.LatestAsync(email, "verify_email")).Token });
        Assert.Equal(HttpStatusCode.NoContent, verified.Status);
    }

    private Task<Guid> IdOfAsync(string emailKey) => crm.Behind.ReadAsync<Guid>("SELECT id FROM accounts.users WHERE email_key = $1", emailKey);

    private static string Headers(Answer answer) => string.Join('\n', answer.Headers.Select(header => header.Key));
}
