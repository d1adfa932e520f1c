namespace Palisade.Privacy;

/// <summary>This column holds something about a person. The one mark that mapping, masking, export and erasure follow.</summary>
/// <param name="purpose">Why we keep it, in a few words that a person may read.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PersonalAttribute(string purpose) : Attribute
{
    /// <summary>Why we keep it.</summary>
    public string Purpose { get; } = purpose;
}
