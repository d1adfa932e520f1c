using System.Text.Json;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Surface;

/// <summary>What a refusal must look like, whoever refuses.</summary>
internal static class Problems
{
    /// <summary>Part of every hostile value: no answer may repeat it.</summary>
    internal const string Marker = "zqMarker7";

    /// <summary>What is wrong with this answer as a refusal of the caller's own mistake, or null.</summary>
    internal static string? Fault(Answer answer)
    {
        if ((int)answer.Status is < 400 or >= 500)
        {
            return $"answered {(int)answer.Status}: {answer.Text}";
        }

        if (answer.Code is null)
        {
            return $"answered {(int)answer.Status} as {answer.ContentHeaders.ContentType}, no problem document";
        }

        if (answer.Text.Contains(Marker, StringComparison.Ordinal))
        {
            return $"repeats the value it refuses: {answer.Text}";
        }

        var problem = answer.Json;
        return problem.GetProperty("type").GetString() == $"/problems/{answer.Code}"
            && problem.GetProperty("status").GetInt32() == (int)answer.Status
            && problem.GetProperty("title") is { ValueKind: JsonValueKind.String } title && title.GetString()!.Length > 0
            && problem.GetProperty("requestId").GetString() == answer.Headers.GetValues("X-Request-ID").Single()
            ? null
            : $"is an incomplete problem: {answer.Text}";
    }

    /// <summary>Fails with all faults at once, each on its line.</summary>
    internal static void None(IReadOnlyCollection<string> faults) => Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults.Prepend($"{faults.Count} faults")));
}
