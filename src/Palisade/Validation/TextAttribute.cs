namespace Palisade.Validation;

/// <summary>Free text of so many code points, in one line unless <see cref="MultiLine"/>.</summary>
/// <param name="minimum">The fewest code points; 0 allows an empty string.</param>
/// <param name="maximum">The most code points.</param>
public sealed class TextAttribute(int minimum, int maximum) : RuleAttribute
{
    /// <summary>Whether line breaks and tabs may stand in it.</summary>
    public bool MultiLine { get; set; }

    /// <summary>The fewest code points.</summary>
    public int Minimum => minimum;

    /// <summary>The most code points.</summary>
    public int Maximum => maximum;

    /// <inheritdoc />
    public override int? MinimumLength => minimum;

    /// <inheritdoc />
    public override int? MaximumLength => maximum;

    /// <inheritdoc />
    public override Refusal? Judge(object value)
    {
        var refusal = FreeText.Check(StringOf(value), minimum, maximum, MultiLine);
        return refusal == TextRefusal.None ? null : refusal.Explain(minimum, maximum);
    }
}
