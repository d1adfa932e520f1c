using Palisade.Validation.Internal;

namespace Palisade.Validation;

/// <summary>A phone number that its country's numbering plan allows. Whether somebody has it is not known.</summary>
public readonly record struct PhoneNumber
{
    internal PhoneNumber(string e164, CountryCode? country, PhoneKind kind)
    {
        E164 = e164;
        Country = country;
        Kind = kind;
    }

    /// <summary>The number as ITU-T E.164 writes it: a plus and up to 15 digits. Store and compare this.</summary>
    public string E164 { get; }

    /// <summary>The country whose plan the number is in.</summary>
    /// <remarks>Null for numbers of no country (+800, satellite phones) and of places without an assigned ISO code (Kosovo, Ascension).</remarks>
    public CountryCode? Country { get; }

    /// <summary>What the number is for.</summary>
    public PhoneKind Kind { get; }

    /// <summary>Reads a number as people write it: national as in <paramref name="country"/>, international, or E.164.</summary>
    /// <remarks>
    /// International means a plus, or the prefix that one dials in <paramref name="country"/> to call abroad; such a number may
    /// be of any country and is checked by that country's plan. Digits of every script count, as do spaces, hyphens, dots,
    /// slashes and brackets between them. An extension is refused, not dropped: E.164 has no place for it, and a number that
    /// silently lost it reaches the wrong desk.
    /// </remarks>
    public static bool TryParse(string? text, CountryCode country, out PhoneNumber number, out PhoneRefusal refusal)
    {
        number = default;
        if (!DialledDigits.TryRead(text, out var dialled))
        {
            refusal = PhoneRefusal.Malformed;
            return false;
        }
        refusal = PhoneReading.Read(dialled, country, out number);
        return refusal == PhoneRefusal.None;
    }

    /// <summary>A number that the rules of its request have already accepted.</summary>
    /// <exception cref="FormatException">They have not. The message does not repeat it.</exception>
    public static PhoneNumber Parse(string text, CountryCode country) =>
        TryParse(text, country, out var number, out var refusal) ? number : throw new FormatException($"Not a phone number: {refusal}.");

    /// <summary>The number as one reads it out abroad, such as <c>+254 712 345678</c> (ITU-T E.123).</summary>
    public string ToInternational() => E164 is null ? "" : PhoneReading.Format(E164);

    /// <summary>The type's name: a phone number is personal data and does not slip into a log line.</summary>
    public override string ToString() => nameof(PhoneNumber);
}
