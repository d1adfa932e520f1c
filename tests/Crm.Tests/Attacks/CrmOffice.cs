using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

/// <summary>One server, set up, whose clock and database the tests of one class have to themselves.</summary>
public sealed class CrmOffice(TestCluster cluster) : IAsyncLifetime
{
    private Office? office;

    /// <summary>The server.</summary>
    public CrmInstance Crm { get; } = new(cluster)
    {
        Captcha = "solved",
        Configure = builder => CrmInstance.CaptchaIsNoHindrance(builder.Services),
    };

    /// <summary>Takes on people.</summary>
    internal Office Office => office!;

    public async ValueTask InitializeAsync()
    {
        await Crm.InitializeAsync();
        office = await Office.OpenAsync(Crm);
    }

    public async ValueTask DisposeAsync()
    {
        office?.Dispose();
        await Crm.DisposeAsync();
    }
}
