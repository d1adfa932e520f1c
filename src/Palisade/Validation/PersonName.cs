namespace Palisade.Validation;

/// <summary>The name of a person or a company, exactly as it was given: 2 to 100 code points without control characters.</summary>
/// <remarks>Names are free text (R193): O'Brien, 李小龙 and 'Drop &amp; Table-Smith' are names.</remarks>
public readonly record struct PersonName
{
    /// <summary>The fewest code points.</summary>
    public const int Minimum = 2;

    /// <summary>The most code points.</summary>
    public const int Maximum = 100;

    private PersonName(string value) => Value = value;

    /// <summary>The name, unchanged.</summary>
    public string Value { get; }

    /// <summary>Takes a name or says why not; null is refused as too short.</summary>
    public static bool TryParse(string? text, out PersonName name, out TextRefusal refusal)
    {
        refusal = FreeText.Check(text ?? "", Minimum, Maximum, multiLine: false);
        name = refusal == TextRefusal.None ? new PersonName(text!) : default;
        return refusal == TextRefusal.None;
    }

    /// <summary>The type's name: a person's name does not slip into a log line.</summary>
    public override string ToString() => nameof(PersonName);
}
