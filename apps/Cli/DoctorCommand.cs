using System.CommandLine;
using System.Text.Json;
using Palisade.Configuration;

namespace Palisade.Cli;

/// <summary><c>palisade doctor [--json]</c>: says what would keep an installation from starting or running safely.</summary>
internal static class DoctorCommand
{
    internal static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON." };
        var doctor = new Command(
            "doctor", "Checks settings, native libraries, the database, permissions and the clock. Changes nothing.") { json };
        doctor.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(json), cancellationToken));
        return doctor;
    }

    private static async Task<int> RunAsync(bool json, CancellationToken cancellationToken)
    {
        var settings = ProcessSettings.Inspect(Environment.CurrentDirectory);
        var database = await DatabaseCheck.RunAsync(settings.Settings, TimeProvider.System, cancellationToken);
        var findings = new List<Finding>();
        findings.AddRange(SettingsCheck.Run(settings));
        findings.Add(NativeLibraryCheck.Run());
        findings.AddRange(database);
        findings.Add(await MailServerCheck.RunAsync(settings.Settings, cancellationToken));
        findings.AddRange(DataFolderCheck.Run(settings.Settings?.DataFolder ?? DataFolderCheck.Configured()));
        findings.Add(ClockCheck.Run(TimeProvider.System));

        var healthy = findings.TrueForAll(finding => finding.Outcome != Outcome.Failed);
        if (json)
        {
            var rows = findings.Select(finding =>
                new { finding.Check, outcome = finding.Outcome.ToString().ToLowerInvariant(), finding.Detail });
            Console.Out.WriteLine(JsonSerializer.Serialize(new { healthy, findings = rows }, Installation.Json));
        }
        else
        {
            foreach (var finding in findings)
            {
                Console.Out.WriteLine($"{finding.Outcome.ToString().ToLowerInvariant(),-8} {finding.Check,-12} {finding.Detail}");
            }
        }

        return healthy ? 0 : 1;
    }
}
