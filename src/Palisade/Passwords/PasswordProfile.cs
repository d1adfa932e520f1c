namespace Palisade.Passwords;

/// <summary>Which of the published rules a new password keeps. <c>PASSWORD_POLICY</c> names one.</summary>
/// <param name="Name">As in the setting.</param>
/// <param name="MinLength">Fewest characters: Unicode code points, after NFC.</param>
/// <param name="MinLengthBesideSecondFactor">The same where the role demands a second factor.</param>
/// <param name="Required">What it must hold.</param>
/// <param name="Remembered">How many passwords back, the present one among them, may not come again.</param>
/// <param name="ExpiryDays">After how many days it is to be changed, unless <c>PASSWORD_EXPIRY_DAYS</c> says otherwise; 0 for never.</param>
public sealed record PasswordProfile(string Name, int MinLength, int MinLengthBesideSecondFactor, CharacterKinds Required, int Remembered, int ExpiryDays)
{
    /// <summary>12 characters of four kinds (R018).</summary>
    public static readonly PasswordProfile Default = new("default", 12, 12, CharacterKinds.Lower | CharacterKinds.Upper | CharacterKinds.Digit | CharacterKinds.Special, 0, 0);

    /// <summary>NIST SP 800-63B-4 section 3.1.1.2: length and the blocklists alone. Beside a second factor it allows 8; we stay at 12 (R019).</summary>
    public static readonly PasswordProfile Nist = new("nist-800-63b-4", 15, 12, CharacterKinds.None, 0, 0);

    /// <summary>PCI DSS 4.0.1, 8.3.6, 8.3.7 and 8.3.9.</summary>
    public static readonly PasswordProfile Pci = new("pci-dss-4", 12, 12, CharacterKinds.Letter | CharacterKinds.Digit, 4, 90);

    /// <summary>Every profile.</summary>
    public static IReadOnlyList<PasswordProfile> All { get; } = [Default, Nist, Pci];
}

/// <summary>Kinds of characters a profile may demand. None forbids any.</summary>
[Flags]
public enum CharacterKinds
{
    /// <summary>Nothing is demanded.</summary>
    None = 0,

    /// <summary>A lower-case letter.</summary>
    Lower = 1,

    /// <summary>An upper-case letter.</summary>
    Upper = 2,

    /// <summary>A letter of any case, or of a script without case.</summary>
    Letter = 4,

    /// <summary>A digit.</summary>
    Digit = 8,

    /// <summary>Whatever is neither letter nor digit, a space included (R020).</summary>
    Special = 16,
}
