using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Palisade.Validation.Internal;

/// <summary>One attribute as a rule of ours: what it refuses, it refuses with our code and a sentence without the value.</summary>
internal sealed class DeclaredRule(ValidationAttribute attribute)
{
    private readonly Refusal refusal = Explain(attribute);

    /// <summary>Adds what is wrong and says whether nothing was. A rule of ours on a list of strings is one for each of them.</summary>
    internal bool Check(object? value, string field, Findings findings)
    {
        if (attribute is not RuleAttribute || value is not IEnumerable<string?> items)
        {
            return Passes(value, field, findings);
        }
        var passed = true;
        var index = 0;
        foreach (var item in items)
        {
            if (findings.IsFull)
            {
                return false;
            }
            passed &= Passes(item, string.Create(CultureInfo.InvariantCulture, $"{field}[{index++}]"), findings);
        }
        return passed;
    }

    private bool Passes(object? value, string field, Findings findings)
    {
        if (Judge(value) is not { } found)
        {
            return true;
        }
        findings.Add(field, found);
        return false;
    }

    private Refusal? Judge(object? value) => attribute switch
    {
        RequiredAttribute => attribute.IsValid(value) ? null : refusal,
        _ when value is null => null,
        RuleAttribute rule => rule.Judge(value),
        _ when attribute.RequiresValidationContext =>
            attribute.GetValidationResult(value, new ValidationContext(value)) is null ? null : refusal,
        _ => attribute.IsValid(value) ? null : refusal,
    };

    private static Refusal Explain(ValidationAttribute attribute) => attribute switch
    {
        RequiredAttribute => new("required", "Is required."),
        RangeAttribute range => new("out_of_range", Sentence($"Must be between {range.Minimum} and {range.Maximum}.")),
        MaxLengthAttribute limit => new("too_long", Sentence($"Must have at most {limit.Length} items or characters.")),
        MinLengthAttribute limit => new("too_short", Sentence($"Must have at least {limit.Length} items or characters.")),
        StringLengthAttribute limit => new("wrong_length", Sentence($"Must have {limit.MinimumLength} to {limit.MaximumLength} characters.")),
        LengthAttribute limit => new("wrong_length", Sentence($"Must have {limit.MinimumLength} to {limit.MaximumLength} items or characters.")),
        AllowedValuesAttribute or DeniedValuesAttribute or EnumDataTypeAttribute => new("not_allowed", "Must be one of the values allowed here."),
        _ => new("malformed", "Is not in the form asked for."),
    };

    private static string Sentence(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
