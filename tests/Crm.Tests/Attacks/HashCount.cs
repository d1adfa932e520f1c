using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

/// <summary>Counts password hashes where they are computed, on these servers alone, from now on.</summary>
internal sealed class HashCount : IDisposable
{
    private readonly MeterListener listener = new();
    private long computed;

    internal HashCount(params IReadOnlyList<CrmInstance> servers)
    {
        var factories = servers.Select(server => (object)server.Services.GetRequiredService<IMeterFactory>()).ToHashSet();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Name == "palisade_password_hashes_total" && factories.Contains(instrument.Meter.Scope!))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref computed, count));
        listener.Start();
    }

    internal long Computed => Interlocked.Read(ref computed);

    public void Dispose() => listener.Dispose();
}
