using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Passwords;

/// <summary>A reset that an administrator starts for somebody, and whose token only that somebody sees.</summary>
public sealed class StartedResetTests(TestCluster cluster) : IAsyncLifetime
{
    private const string Next = "Seven green 8 lanterns?";

    private readonly StoredSecretsTests.KeptLines lines = new();
    private CrmInstance crm = null!;
    private Office office = null!;

    public async ValueTask InitializeAsync()
    {
        crm = new CrmInstance(cluster) { Configure = builder => builder.Logging.SetMinimumLevel(LogLevel.Trace).Services.AddSingleton<ILoggerProvider>(lines) };
        await crm.InitializeAsync();
        office = await Office.OpenAsync(crm);
    }

    public ValueTask DisposeAsync()
    {
        office.Dispose();
        return crm.DisposeAsync();
    }

    [Fact]
    [Asvs("V6.4.6")]
    public async Task Who_starts_it_neither_chooses_the_password_nor_sees_the_link()
    {
        var person = await office.HireAsync("viewer");
        foreach (var (method, path) in new[] { (HttpMethod.Patch, $"/api/admin/users/{person.Id:D}"), (HttpMethod.Post, "/api/admin/users") })
        {
            var refused = await office.Admin.SendAsync(method, path, new { email = "new@example.com", name = "New Person", role = "viewer", password = Next });
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        }

        var started = await StartAsync(office.Admin, person.Id);
        Assert.Equal((HttpStatusCode.Accepted, ""), (started.Status, started.Text));
        var token = (await new MailBox(crm).LatestAsync(person.Email, "password_reset")).Token;
        var shown = string.Concat(started.Headers.Concat(started.ContentHeaders).SelectMany(header => header.Value)) + (await office.Admin.GetAsync($"/api/admin/users/{person.Id:D}")).Text
            + (await office.Admin.GetAsync("/api/admin/audit?pageSize=100")).Text + (await office.Admin.GetAsync("/api/admin/messaging")).Text;
        foreach (var seen in new[] { shown, lines.Text, await crm.Behind.WholeTextAsync() })
        {
            Assert.DoesNotContain(token, seen, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(token)), seen, StringComparison.OrdinalIgnoreCase);
        }

        // Nothing changes before its holder uses it.
        using var client = crm.NewClient();
        Assert.Equal(HttpStatusCode.OK, (await person.LoginAsync(client)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await crm.ResetAsync(token, Next)).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.LoginAsync(person.Email, Next, "native")).Status);
        Assert.Equal("administrator", await crm.Behind.ReadAsync<string>(
            "SELECT details ->> 'by' FROM audit.events WHERE type = 'PASSWORD_RESET_REQUESTED' AND entity_id = $1 AND actor_id <> $2", person.Id.ToString("D"), person.Id));
    }

    [Fact]
    public async Task Rank_proof_and_the_mailbox_bound_who_can_start_one()
    {
        var (person, gone, peer, admin) = (await office.HireAsync("viewer"), await office.HireAsync("viewer"), await office.HireAsync("admin"), await office.HireAsync("admin"));
        await crm.Behind.ChangeAsync("UPDATE accounts.users SET status = 'disabled' WHERE id = $1", gone.Id);
        using var client = crm.NewClient();
        client.Seed = admin.Seed;
        await client.SignInAsync(admin.Email, "native");

        Assert.Equal("forbidden", (await StartAsync(client, peer.Id)).Code);
        Assert.Equal("forbidden", (await StartAsync(client, admin.Id)).Code);
        Assert.Equal("not_found", (await StartAsync(client, gone.Id)).Code);
        Assert.Equal("not_found", (await StartAsync(client, Guid.CreateVersion7())).Code);
        for (var time = 0; time < 3; time++)
        {
            Assert.Equal(HttpStatusCode.Accepted, (await StartAsync(client, person.Id)).Status);
        }

        var token = (await new MailBox(crm).LatestAsync(person.Email, "password_reset")).Token;
        var refused = await StartAsync(client, person.Id);
        Assert.Equal((HttpStatusCode.TooManyRequests, "mailed_often_enough"), (refused.Status, refused.Code));
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.NoContent, (await crm.ResetAsync(token, Next)).Status); // the link that was mailed last is good

        crm.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("step_up_required", (await StartAsync(client, person.Id)).Code);
        using var colleague = crm.NewClient();
        colleague.AccessToken = (await colleague.LoginAsync(person.Email, Next, "native"))["accessToken"];
        Assert.Equal("forbidden", (await StartAsync(colleague, peer.Id)).Code);
    }

    private static Task<Answer> StartAsync(ApiClient client, Guid id) => client.SendAsync(HttpMethod.Post, $"/api/admin/users/{id:D}/password-reset");
}
