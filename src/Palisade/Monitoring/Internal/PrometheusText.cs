using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Palisade.Monitoring.Internal;

/// <summary>Everything the platform's meters count, in Prometheus' text format.</summary>
internal sealed class PrometheusText : IDisposable
{
    // A label value comes from our own catalogues; should one ever come from a caller, memory must still be bounded.
    private const int MostSeries = 5_000;

    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, Instrument> instruments = new();
    private readonly ConcurrentDictionary<(string Name, string Labels), Value> series = new();

    public PrometheusText(IMeterFactory meters)
    {
        listener.InstrumentPublished = (instrument, meterListener) =>
        {
            // Of this host alone: a process may hold several, and a listener hears them all.
            if (instrument.Meter.Name == "Palisade" && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                instruments[instrument.Name] = instrument;
                meterListener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measured(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Measured(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measured(instrument, value, tags));
        listener.Start();
    }

    public string Render()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var instrument in instruments.Values.OrderBy(instrument => instrument.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {instrument.Name} {instrument.Description}\n# TYPE {instrument.Name} {(IsCounter(instrument) ? "counter" : "gauge")}\n");
            var found = series.Where(entry => entry.Key.Name == instrument.Name).OrderBy(entry => entry.Key.Labels, StringComparer.Ordinal).ToList();
            if (found.Count == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{instrument.Name} 0\n");
            }

            foreach (var (key, value) in found)
            {
                text.Append(CultureInfo.InvariantCulture, $"{key.Name}{key.Labels} {value.Read():R}\n");
            }
        }

        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private void Measured(Instrument instrument, double measured, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (instrument.Name, Labels(tags));
        if (!series.TryGetValue(key, out var value))
        {
            if (series.Count >= MostSeries)
            {
                return;
            }

            value = series.GetOrAdd(key, static _ => new Value());
        }

        value.Take(measured, adds: IsCounter(instrument) || GoesUpAndDown(instrument));
    }

    private static bool IsCounter(Instrument instrument) => instrument.GetType().Name.StartsWith("Counter", StringComparison.Ordinal);

    // Measured as changes, like a counter, and read as a gauge.
    private static bool GoesUpAndDown(Instrument instrument) => instrument.GetType().Name.StartsWith("UpDownCounter", StringComparison.Ordinal);

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder("{");
        foreach (var (name, value) in tags)
        {
            var escaped = Convert.ToString(value, CultureInfo.InvariantCulture)!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length > 1 ? "," : "").Append(name).Append("=\"").Append(escaped).Append('"');
        }

        return text.Append('}').ToString();
    }

    private sealed class Value
    {
        private readonly Lock gate = new();
        private double current;

        public void Take(double measured, bool adds)
        {
            lock (gate)
            {
                current = adds ? current + measured : measured;
            }
        }

        public double Read()
        {
            lock (gate)
            {
                return current;
            }
        }
    }
}
