using Xunit.v3;

namespace Palisade.Evidence;

/// <summary>This test proves a row of the requirements register, such as <c>R018</c>.</summary>
/// <remarks>Put it on a test only when the test fails with the feature broken. Several ids may be given.</remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class RequirementAttribute(params string[] ids) : Attribute, ITraitAttribute
{
    /// <inheritdoc />
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => Traits.Of("Requirement", ids);
}

/// <summary>This test proves an invariant of the catalogue, such as <c>A1</c>, with its figure.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class InvariantAttribute(params string[] ids) : Attribute, ITraitAttribute
{
    /// <inheritdoc />
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => Traits.Of("Invariant", ids);
}

/// <summary>This test proves a row of OWASP ASVS 5.0, such as <c>V6.2.1</c>.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class AsvsAttribute(params string[] ids) : Attribute, ITraitAttribute
{
    /// <inheritdoc />
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => Traits.Of("Asvs", ids);
}

internal static class Traits
{
    internal static IReadOnlyCollection<KeyValuePair<string, string>> Of(string name, string[] ids) =>
        [.. ids.Select(id => KeyValuePair.Create(name, id))];
}
