using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Accounts;

public sealed class LoginTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private const string Agent = "browser of this test";

    private readonly CrmInstance crm = place.Crm;

    [Fact]
    [Requirement("R006")]
    public async Task A_sign_in_answers_tokens_and_who_it_is_and_no_secret_and_a_fault_of_ours_is_nobodys_failure()
    {
        var person = await place.Office.HireAsync("viewer");
        using var browser = crm.NewClient();

        var answer = await browser.SendAsync(HttpMethod.Post, "/auth/login", JsonContent.Create(new { email = person.Email, password = ApiClient.Password }), ("User-Agent", Agent));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(["accessToken", "csrfToken", "expiresIn", "status", "tokenType", "user"], Members(answer.Json));
        Assert.Equal(["email", "id", "name", "role"], Members(answer.Json.GetProperty("user")));
        var refresh = Assert.Single(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("__Host-refresh=", StringComparison.Ordinal));
        Assert.All(["httponly", "secure", "samesite=strict"], flag => Assert.Contains(flag, refresh, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("argon2", answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, await crm.Behind.ReadAsync<long>(
            "SELECT count(*) FROM audit.events WHERE type = 'LOGIN_SUCCESS' AND actor_id = $1 AND user_agent = $2 AND host(ip) IN ('127.0.0.1', '::1')", person.Id, Agent));

        using var another = crm.NewClient(); // without a session, and so without a CSRF token to show
        await using (await Fault.AtStatementAsync(crm.Behind, "sessions.sessions", "INSERT"))
        {
            Assert.InRange((int)(await person.LoginAsync(another)).Status, 500, 503);
        }

        Assert.Equal(0, await crm.Behind.EventsAsync("LOGIN_FAILED", person.Id));
        Assert.Equal(HttpStatusCode.BadRequest, (await another.PostAsync("/auth/login", new { email = person.Email })).Status);
    }

    [Theory]
    [Requirement("R028")]
    [InlineData("admin")]
    [InlineData("manager")]
    public async Task Whose_role_must_have_a_factor_gets_an_enrolment_and_nothing_else_until_it_is_confirmed(string role)
    {
        await place.Office.RenewAsync();
        var email = $"unenrolled.{role}@example.com";
        var invited = await place.Office.Admin.PostAsync("/api/admin/users", new { email, name = "Invited Person", role });
        using var client = crm.NewClient();
        await client.PostAsync("/auth/accept-invitation", new { token = invited["invitation"], password = ApiClient.Password });

        var login = await client.LoginAsync(email);

        Assert.Equal(["challenge", "expiresIn", "methods", "status"], Members(login.Json));
        Assert.Equal("mfa_enrollment_required", login["status"]);
        Assert.Equal(0, client.Cookies.Count);
        Assert.Equal(0, await crm.Behind.SessionsAsync(Guid.Parse(invited["id"])));
        using var bearer = crm.NewClient();
        bearer.AccessToken = login["challenge"];
        foreach (var route in MappedRoute.AllOf(crm).Where(route => !route.IsOpen))
        {
            Assert.InRange((int)(await bearer.SendAsync(new HttpMethod(route.Method), route.PathToNothing, (object?)null)).Status, 401, 403);
        }

        bearer.AccessToken = (await client.EnrollAsync(login["challenge"]))["accessToken"];
        Assert.Equal(HttpStatusCode.OK, (await bearer.GetAsync("/account")).Status);
    }

    private static IEnumerable<string> Members(JsonElement json) => json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);
}
