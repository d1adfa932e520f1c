namespace Palisade.Validation.Internal;

/// <summary>One country's numbering plan, or that of a network that belongs to no country (region 001).</summary>
internal sealed class NumberingPlan
{
    internal const string NoRegion = "001";

    internal required string Region { get; init; }

    internal required string CallingCode { get; init; }

    /// <summary>What one dials here to call abroad.</summary>
    internal DigitPattern? InternationalPrefix { get; init; }

    /// <summary>Every national number of the plan, without prefixes.</summary>
    internal required DigitPattern Numbers { get; init; }

    internal required int[] Lengths { get; init; }

    /// <summary>What may stand before a national number, with the carrier's code in some countries.</summary>
    internal DigitPattern? NationalPrefix { get; init; }

    /// <summary>How the prefix's groups become part of the number, as in Argentina, where 15 becomes a leading 9.</summary>
    internal string? Transform { get; init; }

    /// <summary>Numbers of a shared calling code that begin so are this country's.</summary>
    internal DigitPattern? Leading { get; init; }

    internal required IReadOnlyDictionary<PhoneKind, NumberRange> Kinds { get; init; }

    internal required NumberFormat[] Formats { get; init; }

    internal CountryCode? Country => CountryCode.TryParse(Region, out var country) ? country : null;

    /// <summary>What the national number is for; null when it is not in this plan.</summary>
    internal PhoneKind? KindOf(string national)
    {
        if (!Numbers.IsAll(national))
        {
            return null;
        }
        // The special ranges lie within the general ones in several plans, so they are asked first.
        foreach (var (kind, range) in Kinds)
        {
            if (kind is not (PhoneKind.FixedLine or PhoneKind.Mobile) && range.Contains(national))
            {
                return kind;
            }
        }
        var isFixed = Kinds.GetValueOrDefault(PhoneKind.FixedLine)?.Contains(national) ?? false;
        var isMobile = Kinds.GetValueOrDefault(PhoneKind.Mobile)?.Contains(national) ?? false;
        return (isFixed, isMobile) switch
        {
            (true, true) => PhoneKind.FixedLineOrMobile,
            (true, false) => PhoneKind.FixedLine,
            (false, true) => PhoneKind.Mobile,
            _ => null,
        };
    }
}

/// <summary>The numbers of one kind in a plan.</summary>
internal sealed record NumberRange(DigitPattern Pattern, int[] Lengths)
{
    internal bool Contains(string national) => Array.IndexOf(Lengths, national.Length) >= 0 && Pattern.IsAll(national);
}

/// <summary>How numbers of one shape are grouped abroad.</summary>
internal sealed record NumberFormat(DigitPattern Pattern, DigitPattern? Leading, string Template);
