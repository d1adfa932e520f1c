using Microsoft.AspNetCore.Builder;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Surface;

/// <summary>A running CRM with its first company and Ada, its super administrator, signed in. A class fixture.</summary>
public class Acme(TestCluster cluster) : IAsyncLifetime
{
    private readonly Dictionary<string, ApiClient> people = [];
    private readonly SemaphoreSlim inviting = new(1);

    /// <summary>The instance.</summary>
    public CrmInstance Crm { get; private set; } = null!;

    /// <summary>The super administrator.</summary>
    public ApiClient Ada { get; private set; } = null!;

    /// <summary>Somebody with this role, invited when first asked for.</summary>
    public async Task<ApiClient> WithRoleAsync(string role)
    {
        await inviting.WaitAsync();
        try
        {
            return people.TryGetValue(role, out var person)
                ? person
                : people[role] = role == "superadmin" ? Ada : await Ada.InviteAsync($"{role}@example.com", role);
        }
        finally
        {
            inviting.Release();
        }
    }

    public virtual async ValueTask InitializeAsync()
    {
        Crm = new CrmInstance(cluster) { Configure = Configure };
        await Crm.InitializeAsync();
        Ada = Crm.NewClient();
        await Ada.SetUpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in people.Values.Append(Ada).Distinct())
        {
            client.Dispose();
        }

        inviting.Dispose();
        await Crm.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual void Configure(WebApplicationBuilder builder)
    {
    }
}
