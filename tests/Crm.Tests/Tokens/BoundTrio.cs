using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Tokens;

/// <summary>Three servers behind one address, with a proxy that passes on client certificates.</summary>
public sealed class BoundTrio(TestCluster cluster) : CrmTrio(cluster)
{
    internal const string Address = "https://crm.example.com";

    protected override void Configure(IServiceCollection services) =>
        services.ChooseTokens(clientCertificateHeader: "Client-Cert", publicUrl: new Uri(Address));
}
