namespace Palisade.Crypto.Envelopes;

/// <summary>An envelope did not open.</summary>
/// <remarks>
/// There is one message and no inner exception: damage, a moved value, a shortened tag, another version and a missing
/// key look alike, so that no caller can turn the difference into an oracle.
/// </remarks>
public sealed class EnvelopeException : Exception
{
    internal EnvelopeException()
        : base("The encrypted value cannot be opened: it is damaged, was moved, is of a version this code does not read, "
            + "or its key is not here.")
    {
    }
}
