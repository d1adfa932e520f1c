using System.Diagnostics;
using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Crashes;

public sealed class CrashTests(CrmProcess crm) : IClassFixture<CrmProcess>
{
    private const int Importable = 9_811;

    [Fact]
    public async Task A_killed_program_loses_no_acknowledged_sign_in()
    {
        using var stream = new SignInStream(crm, await HireAsync("killed", 8));
        var signingIn = stream.RunAsync(200);

        await stream.ReachAsync(60);
        await crm.KillAsync();
        await crm.StartAsync();
        await signingIn;

        Assert.InRange(stream.Acknowledged.Count, 200, 220);
        await stream.AssertNothingIsLostAsync();
    }

    [Fact]
    public async Task A_killed_database_is_started_again_and_loses_no_acknowledged_sign_in()
    {
        using var stream = new SignInStream(crm, await HireAsync("orphaned", 8));
        var (program, server) = (crm.ProgramId, crm.ServerId);
        var signingIn = stream.RunAsync(200);

        await stream.ReachAsync(60);
        crm.KillServer();
        await signingIn;

        Assert.InRange(stream.Acknowledged.Count, 200, 220);
        Assert.Equal(program, crm.ProgramId);
        Assert.NotEqual(server, crm.ServerId);
        Assert.All(stream.Refused, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
        await stream.AssertNothingIsLostAsync();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task An_import_cut_short_leaves_every_row_or_none(bool killsProgram, bool killsDatabase)
    {
        await crm.Behind.ChangeAsync("DELETE FROM crm.customers; DELETE FROM crm.imports");
        var import = ImportAsync();
        while (!import.IsCompleted && await crm.Behind.ReadAsync<long>("SELECT count(*) FROM crm.imports WHERE done > 0") == 0)
        {
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        await KillAsync(killsProgram, killsDatabase);
        var answer = await import;

        Assert.NotEqual(HttpStatusCode.OK, answer?.Status); // so it was cut short
        Assert.Equal(0, await RowsAsync());
        Assert.Equal(0, await crm.Behind.ReadAsync<long>(
            "SELECT count(*) FROM audit.events WHERE type = 'CUSTOMERS_IMPORTED' AND entity_id IN (SELECT id::text FROM crm.imports)"));
        await ImportUntilTakenAsync();
        Assert.Equal(Importable, await RowsAsync());

        await KillAsync(program: true, database: true);
        Assert.Equal(Importable, await RowsAsync()); // acknowledged, and so it stays
    }

    [Fact]
    public async Task A_killed_program_leaves_no_database_behind()
    {
        var server = crm.ServerId;
        Assert.Contains(server, crm.ServersLeft());

        await crm.KillAsync();

        var since = Stopwatch.StartNew();
        while (crm.ServersLeft().Count > 0 && since.Elapsed < TimeSpan.FromSeconds(10))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Empty(crm.ServersLeft());
        await crm.StartAsync();
    }

    [Fact]
    public async Task After_a_clean_restart_everybody_is_still_signed_in()
    {
        var email = (await HireAsync("stays", 1))[0];
        using var browser = crm.NewClient();
        using var program = crm.NewClient();
        await browser.LoginAsync(email);
        var signedIn = await program.LoginAsync(email, client: "native");
        program.AccessToken = signedIn["accessToken"];

        Assert.Equal(0, await crm.StopAsync());
        Assert.Empty(crm.ServersLeft());
        await crm.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.OK, (await program.PostAsync("/auth/refresh", new { refreshToken = signedIn["refreshToken"] })).Status);
    }

    private async Task<IReadOnlyList<string>> HireAsync(string name, int count)
    {
        var emails = Enumerable.Range(1, count).Select(number => $"{name}{number}@example.com").ToList();
        foreach (var email in emails)
        {
            await crm.HireAsync(email, "viewer");
        }

        return emails;
    }

    private async Task KillAsync(bool program, bool database)
    {
        var server = crm.ServerId;
        if (database)
        {
            crm.KillServer();
        }

        if (program)
        {
            await crm.KillAsync();
            await crm.StartAsync();
        }

        if (database)
        {
            await crm.ReplacedAsync(server);
        }

        while ((await crm.Admin.GetAsync("/health/ready")).Status != HttpStatusCode.OK)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Right after a crash a busy machine may answer 503, and the client comes again.</summary>
    private async Task ImportUntilTakenAsync()
    {
        var since = Stopwatch.StartNew();
        Answer? answer;
        while ((answer = await ImportAsync())?.Status == HttpStatusCode.ServiceUnavailable && since.Elapsed < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.OK, answer?.Status);
    }

    private Task<long> RowsAsync() => crm.Behind.ReadAsync<long>("SELECT count(*) FROM crm.customers");

    private async Task<Answer?> ImportAsync()
    {
        using var file = new StreamContent(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "data", "customers.csv")));
        file.Headers.ContentType = new("text/csv");
        try
        {
            return await crm.Admin.SendAsync(HttpMethod.Post, "/api/customers/import", file);
        }
        catch (HttpRequestException)
        {
            return null; // the program died before it could answer
        }
    }
}
