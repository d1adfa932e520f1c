namespace Palisade.Passwords;

/// <summary>The rules for passwords and for replacing them.</summary>
public sealed class PasswordOptions
{
    /// <summary>What a new password must be. Default: <see cref="PasswordProfile.Default"/>.</summary>
    public PasswordProfile Profile { get; init; } = PasswordProfile.Default;

    /// <summary>The name of the product, which no password may be made of. Default <c>Palisade</c>.</summary>
    public string Product { get; init; } = "Palisade";

    /// <summary>After how long a sign-in demands another password; zero for never (R023). Default zero: NIST advises against it.</summary>
    public TimeSpan Expiry { get; init; }

    /// <summary>
    /// Where ranges of breached passwords are looked up (k-anonymity: five digits of a SHA-1 leave), or <see langword="null"/> for
    /// nowhere. Ends with a slash. A service that does not answer in a second is passed over: a sign-up must not wait for a stranger.
    /// </summary>
    public Uri? BreachedPasswords { get; init; }

    /// <summary>How long a mailed reset link is good. Default 1 h, the most that R024 allows.</summary>
    public TimeSpan ResetLifetime { get; init; } = TimeSpan.FromHours(1);
}
