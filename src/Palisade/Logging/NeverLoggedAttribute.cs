namespace Palisade.Logging;

/// <summary>A log line shows instances of this type, or the value of this property, as <c>***</c>, whatever they are called.</summary>
/// <remarks>
/// Not needed on types whose <c>ToString</c> is the bare name of the type: that is how secrets are written in this code base, and the log
/// treats them so.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property)]
public sealed class NeverLoggedAttribute : Attribute;
