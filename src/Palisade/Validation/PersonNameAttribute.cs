namespace Palisade.Validation;

/// <summary>The name of a person or company, as <see cref="PersonName"/> takes it.</summary>
public sealed class PersonNameAttribute : RuleAttribute
{
    /// <inheritdoc />
    public override int? MinimumLength => PersonName.Minimum;

    /// <inheritdoc />
    public override int? MaximumLength => PersonName.Maximum;

    /// <inheritdoc />
    public override Refusal? Judge(object value) =>
        PersonName.TryParse(StringOf(value), out _, out var refusal) ? null : refusal.Explain(PersonName.Minimum, PersonName.Maximum);
}
