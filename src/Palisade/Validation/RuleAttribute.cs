using System.ComponentModel.DataAnnotations;

namespace Palisade.Validation;

/// <summary>A rule for one member of a request, written where the member is declared.</summary>
/// <remarks>
/// Derive one for each kind of value. Null is never asked about: a member that must be there also says
/// <see cref="RequiredAttribute"/>. The limits are for the API description; <see cref="Judge"/> alone decides.
/// </remarks>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public abstract class RuleAttribute : ValidationAttribute
{
    /// <summary>The fewest characters, where the rule has such a limit.</summary>
    public virtual int? MinimumLength => null;

    /// <summary>The most characters, where the rule has such a limit.</summary>
    public virtual int? MaximumLength => null;

    /// <summary>The JSON Schema format, such as <c>email</c>, where there is one.</summary>
    public virtual string? Format => null;

    /// <summary>Why the value is refused, or null. The answer MUST NOT be made from the value.</summary>
    public abstract Refusal? Judge(object value);

    /// <inheritdoc />
    public sealed override bool IsValid(object? value) => value is null || Judge(value) is null;

    /// <summary>The value as a string; throws when the rule stands on a member of another type.</summary>
    protected string StringOf(object value) => value as string
        ?? throw new InvalidOperationException($"[{GetType().Name}] is for strings. It stands on a member of type {value?.GetType().Name}.");
}
