namespace Palisade.Validation.Internal;

// From what was dialled to a number of a plan:
//
//   1. digits without a plus that begin with the country's international prefix lose it and count as international;
//   2. an international number says its plan by its calling code; any other number is read in the country's plan,
//      where the calling code may stand in front all the same (254712345678 in Kenya);
//   3. the national prefix goes, unless the number is only a number of the plan with it;
//   4. of the plans that share the calling code, the first whose ranges hold the number is its country.
/// <summary>Reads dialled digits by the world's numbering plans.</summary>
internal static class PhoneReading
{
    private const int ShortestNational = 2;
    private const int LongestE164 = 15;

    internal static PhoneRefusal Read(DialledDigits dialled, CountryCode country, out PhoneNumber number)
    {
        number = default;
        var home = NumberingPlans.Of(country);
        var (international, digits) = WithoutInternationalPrefix(dialled, home);

        NumberingPlan plan;
        string national;
        if (international)
        {
            if (!NumberingPlans.TryFindByCallingCode(digits, out var plans))
            {
                return PhoneRefusal.UnknownCallingCode;
            }
            plan = plans[0];
            national = digits[plan.CallingCode.Length..];
        }
        else if (home is null)
        {
            return PhoneRefusal.UnknownCallingCode;
        }
        else
        {
            plan = home;
            national = WithoutCallingCode(digits, home);
        }

        national = WithoutNationalPrefixIfPossible(national, plan);
        if (national.Length < ShortestNational || plan.CallingCode.Length + national.Length > LongestE164)
        {
            return PhoneRefusal.WrongLength;
        }
        if (FindOwner(plan, national, home) is not var (owner, kind))
        {
            return Array.IndexOf(plan.Lengths, national.Length) < 0 ? PhoneRefusal.WrongLength : PhoneRefusal.NotInPlan;
        }
        number = new PhoneNumber($"+{owner.CallingCode}{national}", owner.Country, kind);
        return PhoneRefusal.None;
    }

    internal static string Format(string e164)
    {
        NumberingPlans.TryFindByCallingCode(e164[1..], out var plans);
        var plan = plans![0];
        var national = e164[(1 + plan.CallingCode.Length)..];
        var format = plan.Formats.FirstOrDefault(format => (format.Leading?.IsStartOf(national) ?? true) && format.Pattern.IsAll(national));
        return $"+{plan.CallingCode} {(format is null ? national : format.Pattern.MatchAll(national).Result(format.Template))}";
    }

    private static (bool International, string Digits) WithoutInternationalPrefix(DialledDigits dialled, NumberingPlan? home)
    {
        var prefix = dialled.International ? null : home?.InternationalPrefix?.MatchStart(dialled.Digits);
        // No calling code begins with 0: such digits are a national number that only looks like a call abroad.
        return prefix is { Success: true } && dialled.Digits.Length > prefix.Length && dialled.Digits[prefix.Length] != '0'
            ? (true, dialled.Digits[prefix.Length..])
            : (dialled.International, dialled.Digits);
    }

    private static string WithoutCallingCode(string digits, NumberingPlan home)
    {
        if (!digits.StartsWith(home.CallingCode, StringComparison.Ordinal))
        {
            return digits;
        }
        var rest = WithoutNationalPrefix(digits[home.CallingCode.Length..], home);
        var codeWasMeant = (!home.Numbers.IsAll(digits) && home.Numbers.IsAll(rest)) || digits.Length > home.Lengths[^1];
        return codeWasMeant ? rest : digits;
    }

    private static string WithoutNationalPrefixIfPossible(string national, NumberingPlan plan)
    {
        var stripped = WithoutNationalPrefix(national, plan);
        return Array.IndexOf(plan.Lengths, stripped.Length) >= 0 || stripped.Length > plan.Lengths[^1] ? stripped : national;
    }

    private static string WithoutNationalPrefix(string national, NumberingPlan plan)
    {
        if (plan.NationalPrefix?.MatchStart(national) is not { Success: true } prefix)
        {
            return national;
        }
        var rest = national[prefix.Length..];
        var stripped = plan.Transform is null || !prefix.Groups[^1].Success ? rest : prefix.Result(plan.Transform) + rest;
        return plan.Numbers.IsAll(national) && !plan.Numbers.IsAll(stripped) ? national : stripped;
    }

    private static (NumberingPlan Owner, PhoneKind Kind)? FindOwner(NumberingPlan plan, string national, NumberingPlan? home)
    {
        // A freephone number belongs to every country of its calling code; then the caller's own is the one meant.
        if (home?.CallingCode == plan.CallingCode && (home.Leading?.IsStartOf(national) ?? true) && home.KindOf(national) is { } here)
        {
            return (home, here);
        }
        foreach (var candidate in NumberingPlans.SharingCodeOf(plan))
        {
            if (candidate.Leading?.IsStartOf(national) ?? true)
            {
                if (candidate.KindOf(national) is { } kind)
                {
                    return (candidate, kind);
                }
                if (candidate.Leading is not null)
                {
                    return null;
                }
            }
        }
        return null;
    }
}
