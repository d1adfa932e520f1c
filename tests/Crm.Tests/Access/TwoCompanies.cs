using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Access;

/// <summary>One installation, two companies: Acme, whose rows nobody else may see, and Globex, whose people try. A class fixture.</summary>
public sealed class TwoCompanies(TestCluster cluster) : Acme(cluster)
{
    /// <summary>Globex.</summary>
    public Guid Globex { get; } = Guid.CreateVersion7();

    /// <summary>Globex's super administrator: nobody there may more.</summary>
    public ApiClient Bob { get; private set; } = null!;

    /// <summary>Ids of Acme's things.</summary>
    public IReadOnlyList<string> AcmeIds { get; private set; } = [];

    /// <summary>What only Acme's rows hold: none of it may stand in an answer to Globex.</summary>
    public IReadOnlyList<string> AcmeSecrets { get; private set; } = [];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var estate = await Ada.PostAsync("/api/estates", new { name = "Acme Harbour House", location = "1 Acme Quay", totalUnits = 12 });
        var customer = await Ada.PostAsync("/api/customers", new { name = "Acme's Grace", email = "grace@acme.example", phone = "+14155552671" });
        var import = Guid.CreateVersion7().ToString();
        using (var file = new StringContent("name,email,phone,country,passportNumber,notes\nAcme Import,import@acme.example,,US,,\n", null, "text/csv"))
        {
            await Ada.SendAsync(HttpMethod.Post, $"/api/customers/import?import={import}", file);
        }

        Bob = await FounderAsync();
        var users = (await Ada.GetAsync("/api/admin/users")).Json.GetProperty("items").EnumerateArray().Select(user => user.GetProperty("id").GetString()!);
        var events = (await Ada.GetAsync("/api/admin/audit")).Json.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("id").GetString()!);
        AcmeIds = [estate["id"], customer["id"], import, .. users, .. events.Take(1)];
        AcmeSecrets = [estate["id"], customer["id"], "Acme Harbour House", "Acme's Grace", "grace@acme.example", "+14155552671", "import@acme.example", "ada@example.com", .. users, .. events];
    }

    /// <summary>Somebody of Globex with this role.</summary>
    public async Task<ApiClient> OfGlobexAsync(string role) => role == "superadmin" ? Bob : await Bob.InviteAsync($"{role}@globex.example", role);

    // There is no way yet to found a second company over HTTP: somebody invited is moved before he accepts.
    private async Task<ApiClient> FounderAsync()
    {
        var invited = await Ada.PostAsync("/api/admin/users", new { email = "bob@globex.example", name = "Bob Founder", role = "superadmin" });
        var (bob, id) = (Crm.NewClient(), Guid.Parse(invited["id"]));
        await Crm.Behind.ExecuteAsync("INSERT INTO tenancy.tenants (id, name, created_at) VALUES ($1, 'Globex', now())", Globex);
        await Crm.Behind.ExecuteAsync("UPDATE accounts.users SET tenant_id = $1, created_by = NULL WHERE id = $2", Globex, id);
        await Crm.Behind.ExecuteAsync("UPDATE accounts.invitations SET tenant_id = $1 WHERE user_id = $2", Globex, id);
        await bob.PostAsync("/auth/accept-invitation", new { token = invited["invitation"], password = ApiClient.Password });
        var login = await bob.LoginAsync("bob@globex.example");
        bob.AccessToken = (await bob.EnrollAsync(login["challenge"]))["accessToken"];
        return bob;
    }
}
