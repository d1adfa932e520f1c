namespace Palisade.Crypto.Passwords.Internal;

/// <summary>A hash of another program, whose form and cost were checked when it was read.</summary>
internal interface IForeignHash
{
    string Scheme { get; }

    /// <summary>Costs one whole hash, whatever comes out.</summary>
    bool Verify(ReadOnlySpan<byte> password);
}
