namespace Palisade.Crypto.Passwords;

/// <summary>A stored password cannot be checked at all: it is malformed, or its pepper is not loaded.</summary>
/// <remarks>This is no wrong password, which is an answer. The message never repeats the stored value.</remarks>
public sealed class StoredPasswordException : Exception
{
    internal StoredPasswordException(string message)
        : base(message)
    {
    }
}
