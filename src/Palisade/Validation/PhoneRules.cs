namespace Palisade.Validation;

/// <summary>The rule for a phone number and the country beside it, for use in <see cref="IHasRules.Rules"/>.</summary>
public static class PhoneRules
{
    /// <summary>One error when the number is none of its country or of the world; nothing when there is no number.</summary>
    /// <remarks>An unknown country is the country's error alone: then nothing can be said of a national number.</remarks>
    public static IEnumerable<FieldError> For(string field, string? phone, string? country)
    {
        var countryIsKnown = CountryCode.TryParse(country, out var home);
        if (phone is null || (country is not null && !countryIsKnown))
        {
            return [];
        }
        return PhoneNumber.TryParse(phone, home, out _, out var refusal) ? [] : [refusal.Explain().At(field)];
    }
}
