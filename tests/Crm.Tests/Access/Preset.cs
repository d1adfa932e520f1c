using System.Text.Json;

namespace Palisade.Crm.Tests.Access;

/// <summary>The default preset, read from its file and not by the code under test.</summary>
internal sealed record Preset(IReadOnlyList<string> Permissions, IReadOnlyList<PresetRole> Roles)
{
    internal static Preset Read()
    {
        using var file = typeof(PalisadeExtensions).Assembly.GetManifestResourceStream("Palisade.Access.Data.default-roles.json")!;
        return JsonSerializer.Deserialize<Preset>(file, JsonSerializerOptions.Web)!;
    }
}

/// <summary>A role of the preset.</summary>
internal sealed record PresetRole(string Name, string Class, int Rank, IReadOnlyList<string> Allows)
{
    internal bool May(string permission) => Allows is ["*"] || Allows.Contains(permission);
}
