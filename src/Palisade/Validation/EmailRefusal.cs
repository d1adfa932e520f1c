namespace Palisade.Validation;

/// <summary>Why an e-mail address is refused.</summary>
public enum EmailRefusal
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>Not an address, or one in a form that is not taken (quoted names, address literals, look-alike letters).</summary>
    Malformed,

    /// <summary>More than 64 octets before the @, or more than 255 in all.</summary>
    TooLong,

    /// <summary>The domain, or one above it, gives away addresses that are thrown away.</summary>
    Disposable,
}

/// <summary>What each refusal of an e-mail address says to the caller.</summary>
public static class EmailRefusals
{
    /// <summary>The code and sentence; not for <see cref="EmailRefusal.None"/>.</summary>
    public static Refusal Explain(this EmailRefusal refusal) => refusal switch
    {
        EmailRefusal.Malformed => new("malformed", "Must be an e-mail address."),
        EmailRefusal.TooLong => new("too_long", "Must have at most 255 characters, and at most 64 before the @."),
        EmailRefusal.Disposable => new("disposable", "Temporary email addresses are not allowed."),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), "There is no refusal to explain."),
    };
}
