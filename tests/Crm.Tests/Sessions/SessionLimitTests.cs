using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Sessions;

public sealed class SessionLimitTests(TestCluster cluster)
{
    [Fact]
    public async Task Fifty_sign_ins_at_once_never_leave_more_sessions_than_an_account_may_have()
    {
        await using var crm = new CrmInstance(cluster) { Settings = new Dictionary<string, string> { ["MAX_SESSIONS"] = "3" } };
        await crm.InitializeAsync();
        using var office = await Office.OpenAsync(crm);
        var person = await office.HireAsync("viewer");
        using var volley = await Volley.OpenAsync(50, crm);

        var answers = await volley.FireAsync((caller, _) => caller.LoginAsync(person.Email, client: "native"));

        var signedIn = answers.Count(answer => answer.Status == HttpStatusCode.OK);
        Assert.InRange(signedIn, 4, 50); // the others were told that the hash pool is busy
        Assert.Equal(3, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM sessions.sessions WHERE user_id = $1 AND revoked_at IS NULL", person.Id));
        Assert.Equal(
            await crm.Behind.ReadAsync<long>("SELECT count(*) FROM sessions.sessions WHERE user_id = $1 AND revoke_reason = 'session_limit'", person.Id),
            await crm.Behind.EventsAsync("SESSION_ENDED", person.Id));

        using var fourth = crm.NewClient();
        var oldest = await crm.Behind.ReadAsync<Guid>("SELECT id FROM sessions.sessions WHERE user_id = $1 AND revoked_at IS NULL ORDER BY created_at, id LIMIT 1", person.Id);
        fourth.AccessToken = (await person.LoginAsync(fourth))["accessToken"];
        Assert.Equal("session_limit", await crm.Behind.ReadAsync<string>("SELECT revoke_reason FROM sessions.sessions WHERE id = $1", oldest));
        Assert.Equal(HttpStatusCode.OK, (await fourth.GetAsync("/account")).Status);
    }
}
