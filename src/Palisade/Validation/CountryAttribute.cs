namespace Palisade.Validation;

/// <summary>A country by its ISO 3166-1 alpha-2 code, as <see cref="CountryCode"/> reads it.</summary>
public sealed class CountryAttribute : RuleAttribute
{
    /// <summary>What an unknown code is answered with.</summary>
    public static Refusal Unknown { get; } = new("unknown_country", "Must be a country's two-letter code of ISO 3166-1.");

    /// <inheritdoc />
    public override int? MinimumLength => 2;

    /// <inheritdoc />
    public override int? MaximumLength => 2;

    /// <inheritdoc />
    public override Refusal? Judge(object value) => CountryCode.TryParse(StringOf(value), out _) ? null : Unknown;
}
