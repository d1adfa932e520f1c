namespace Palisade.Validation;

/// <summary>An e-mail address, as <see cref="EmailAddress"/> reads it.</summary>
public sealed class EmailAttribute : RuleAttribute
{
    /// <summary>Whether throw-away addresses pass: for signing in and look-ups, where the address is already on record.</summary>
    public bool AllowDisposable { get; set; }

    /// <inheritdoc />
    public override int? MaximumLength => EmailAddress.MaximumOctets;

    /// <inheritdoc />
    public override string Format => "email";

    /// <inheritdoc />
    public override Refusal? Judge(object value) =>
        EmailAddress.TryParse(StringOf(value), out _, out var refusal) || (AllowDisposable && refusal == EmailRefusal.Disposable)
            ? null
            : refusal.Explain();
}
