using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Sessions;

/// <summary>Three servers that offer browsers to bind their sessions.</summary>
public sealed class BoundSessionTrio(TestCluster cluster) : CrmTrio(cluster)
{
    protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["DEVICE_BOUND_SESSIONS"] = "offer" };
}
