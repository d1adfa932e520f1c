namespace Palisade.Crypto.Passwords;

/// <summary>The native library that computes bcrypt and yescrypt cannot be loaded: no imported hash of these kinds can be checked here.</summary>
public sealed class LibcryptMissingException : Exception
{
    internal LibcryptMissingException()
        : base("libcrypt is not installed, and imported bcrypt and yescrypt hashes need it. On Debian and Ubuntu: apt-get install libcrypt1")
    {
    }
}
