namespace Palisade.Validation;

/// <summary>What a phone number is used for, by its country's numbering plan.</summary>
public enum PhoneKind
{
    /// <summary>A land line.</summary>
    FixedLine,

    /// <summary>A mobile phone: it takes SMS.</summary>
    Mobile,

    /// <summary>A land line or a mobile phone: the plan does not tell them apart, as in North America.</summary>
    FixedLineOrMobile,

    /// <summary>Free for the caller.</summary>
    TollFree,

    /// <summary>Costs the caller extra. Do not send codes there: it is how SMS fraud earns its money.</summary>
    PremiumRate,

    /// <summary>The caller pays a part.</summary>
    SharedCost,

    /// <summary>Internet telephony.</summary>
    Voip,

    /// <summary>Follows a person from line to line.</summary>
    Personal,

    /// <summary>A pager.</summary>
    Pager,

    /// <summary>One number for all offices of a company.</summary>
    Uan,

    /// <summary>A voice mailbox.</summary>
    Voicemail,
}
