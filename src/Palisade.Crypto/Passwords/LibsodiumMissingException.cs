namespace Palisade.Crypto.Passwords;

/// <summary>The native library that computes Argon2id cannot be loaded: no password can be made or checked here.</summary>
public sealed class LibsodiumMissingException : Exception
{
    internal LibsodiumMissingException()
        : base("libsodium is not installed, and Argon2id needs it. On Debian and Ubuntu: apt-get install libsodium23")
    {
    }
}
