namespace Palisade.Validation;

/// <summary>A request with rules that no single member can state, such as a phone number of a given country.</summary>
/// <remarks>
/// The rules run after those of the members and also when some of those failed, so they MUST bear null and malformed
/// members. An error for a member that is already refused is dropped.
/// </remarks>
public interface IHasRules
{
    /// <summary>What is wrong; fields are camel-case and relative to this object.</summary>
    IEnumerable<FieldError> Rules();
}
