using System.Collections.Frozen;

namespace Palisade.Validation;

/// <summary>A country by its officially assigned ISO 3166-1 alpha-2 code, in upper case.</summary>
/// <remarks>Codes that are reserved, withdrawn or for private use (ZZ, UK, XK) are not countries here.</remarks>
public readonly record struct CountryCode
{
    private static readonly FrozenSet<string> Assigned = (
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ " +
        "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR " +
        "GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP " +
        "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT " +
        "MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW " +
        "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ " +
        "UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW").Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly string? value;

    private CountryCode(string value) => this.value = value;

    /// <summary>The two upper-case letters; empty for the default value, which no parse returns.</summary>
    public string Value => value ?? "";

    /// <summary>Every assigned code, in no particular order.</summary>
    public static IReadOnlyCollection<CountryCode> All { get; } = [.. Assigned.Select(code => new CountryCode(code))];

    /// <summary>Reads exactly two ASCII letters, of either case; false for anything that is not an assigned code.</summary>
    public static bool TryParse(string? text, out CountryCode country)
    {
        // The set's own string is kept, so that lower-case input leaves as upper case.
        var known = text is { Length: 2 } && Assigned.TryGetValue(text, out var code) ? code : null;
        country = known is null ? default : new CountryCode(known);
        return known is not null;
    }

    /// <summary>A code that the rules of its request, or the settings, have already accepted.</summary>
    /// <exception cref="FormatException">They have not.</exception>
    public static CountryCode Parse(string text) => TryParse(text, out var country) ? country : throw new FormatException("Not an assigned country code.");

    /// <inheritdoc />
    public override string ToString() => Value;
}
