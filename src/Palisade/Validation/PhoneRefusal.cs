namespace Palisade.Validation;

/// <summary>Why a phone number is refused.</summary>
public enum PhoneRefusal
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>Holds something else than digits, a leading plus and the usual punctuation; extensions and letters too.</summary>
    Malformed,

    /// <summary>No country or network has this calling code, or the number is national and its country has no plan of its own.</summary>
    UnknownCallingCode,

    /// <summary>Too many or too few digits for its country.</summary>
    WrongLength,

    /// <summary>The right length, in a range that its country does not use.</summary>
    NotInPlan,
}

/// <summary>What each refusal of a phone number says to the caller.</summary>
public static class PhoneRefusals
{
    /// <summary>The code and sentence; not for <see cref="PhoneRefusal.None"/>.</summary>
    public static Refusal Explain(this PhoneRefusal refusal) => refusal switch
    {
        PhoneRefusal.Malformed => new("malformed", "Must be a phone number without letters or an extension."),
        PhoneRefusal.UnknownCallingCode => new(
            "impossible_number", "Must begin with a calling code that exists, or be a national number of the given country."),
        PhoneRefusal.WrongLength => new("impossible_number", "Must have as many digits as phone numbers of its country have."),
        PhoneRefusal.NotInPlan => new("impossible_number", "Must be a phone number that its country's numbering plan allows."),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), "There is no refusal to explain."),
    };
}
