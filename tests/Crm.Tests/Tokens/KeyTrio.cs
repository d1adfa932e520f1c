using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Tokens;

/// <summary>Three servers whose keys sign ten seconds after they are published: three rotations fit into a minute.</summary>
public sealed class KeyTrio(TestCluster cluster) : CrmTrio(cluster)
{
    protected override void Configure(IServiceCollection services) => services.ChooseTokens(lead: TimeSpan.FromSeconds(10));
}
