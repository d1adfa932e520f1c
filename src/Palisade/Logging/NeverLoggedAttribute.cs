namespace Palisade.Logging;

/// <summary>The log shows instances of this type, or the value of this property, as <c>***</c>.</summary>
/// <remarks>
/// Not needed on types whose <c>ToString</c> is the bare name of the type: that is how secrets are written in this code base,
/// and the log hides them by that.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property)]
public sealed class NeverLoggedAttribute : Attribute;
