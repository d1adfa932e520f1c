using System.Text;
using Palisade.Validation.Internal;

namespace Palisade.Validation;

/// <summary>An e-mail address one can write to: RFC 5321 and 6531, dot-atom form, with a domain of at least two labels.</summary>
/// <remarks>
/// Two addresses are equal when they are one mailbox to us: the same but for the case of letters and for the spelling
/// of the domain (<c>bücher.example</c> and <c>xn--bcher-kva.example</c>). Nothing else is folded. Text that some other system
/// might fold into an ASCII letter (the long s, the Kelvin sign, full-width forms, the Turkish dotted and dotless i) is
/// refused in the part before the @, so that nobody can register a look-alike of somebody else's address and have a
/// less careful mail server deliver it there.
/// </remarks>
public readonly record struct EmailAddress
{
    /// <summary>The longest address taken, in UTF-8 octets (R189). Mail servers promise only 254 (RFC 5321 4.5.3.1.3).</summary>
    public const int MaximumOctets = 255;

    // RFC 5321 4.5.3.1.1.
    private const int MaximumLocalOctets = 64;

    private EmailAddress(string value, string key)
    {
        Value = value;
        Key = key;
    }

    /// <summary>Exactly as it was given. Mail MUST go here, never to <see cref="Key"/>.</summary>
    public string Value { get; }

    /// <summary>What to compare and index: lower case, with the domain in A-labels. Not an address to write to.</summary>
    public string Key { get; }

    /// <summary>An address that the rules of its request have already accepted.</summary>
    /// <exception cref="FormatException">They have not. The message does not repeat it.</exception>
    public static EmailAddress Parse(string text) =>
        TryParse(text, out var email, out var refusal) ? email : throw new FormatException($"Not an e-mail address: {refusal}.");

    /// <summary>Reads an address.</summary>
    /// <remarks>
    /// A <see cref="EmailRefusal.Disposable"/> address is well formed, and <paramref name="email"/> holds it although the answer
    /// is false: signing in must go on for an account whose provider was listed later. After any other refusal it is empty.
    /// </remarks>
    public static bool TryParse(string? text, out EmailAddress email, out EmailRefusal refusal)
    {
        email = default;
        refusal = EmailRefusal.Malformed;
        var at = text?.LastIndexOf('@') ?? -1;
        if (text is null || at < 1)
        {
            return false;
        }
        if (text.Length > MaximumOctets || Encoding.UTF8.GetByteCount(text) > MaximumOctets
            || Encoding.UTF8.GetByteCount(text.AsSpan(0, at)) > MaximumLocalOctets)
        {
            refusal = EmailRefusal.TooLong;
            return false;
        }
        if (!MailboxName.TryFold(text[..at], out var local) || !MailDomain.TryFold(text[(at + 1)..], out var domain))
        {
            return false;
        }
        email = new EmailAddress(text, $"{local}@{domain}");
        refusal = DisposableDomains.Contains(domain) ? EmailRefusal.Disposable : EmailRefusal.None;
        return refusal == EmailRefusal.None;
    }

    /// <inheritdoc />
    public bool Equals(EmailAddress other) => string.Equals(Key, other.Key, StringComparison.Ordinal);

    /// <inheritdoc />
    public override int GetHashCode() => Key is null ? 0 : Key.GetHashCode(StringComparison.Ordinal);

    /// <summary>The type's name: an address is personal data and does not slip into a log line.</summary>
    public override string ToString() => nameof(EmailAddress);
}
