namespace Palisade.Validation.Internal;

/// <summary>The files under <c>Data</c>, embedded in this assembly.</summary>
internal static class DataFiles
{
    internal static Stream Open(string name) =>
        typeof(DataFiles).Assembly.GetManifestResourceStream($"Palisade.Validation.Data.{name}")
        ?? throw new InvalidOperationException($"The assembly was built without {name}: it belongs in src/Palisade/Validation/Data.");
}
