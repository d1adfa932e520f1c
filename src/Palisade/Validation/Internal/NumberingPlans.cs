using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Palisade.Validation.Internal;

/// <summary>All numbering plans, by region and by calling code. Read once, when the first number is.</summary>
internal sealed class NumberingPlans
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly Lazy<NumberingPlans> World = new(() => new NumberingPlans(Read()));

    private readonly FrozenDictionary<string, NumberingPlan> byRegion;
    private readonly FrozenDictionary<string, NumberingPlan[]> byCallingCode;

    private NumberingPlans(IReadOnlyList<NumberingPlan> plans)
    {
        byRegion = plans.Where(plan => plan.Region != NumberingPlan.NoRegion).ToFrozenDictionary(plan => plan.Region, StringComparer.Ordinal);
        byCallingCode = plans.GroupBy(plan => plan.CallingCode)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
    }

    internal static NumberingPlan? Of(CountryCode country) => World.Value.byRegion.GetValueOrDefault(country.Value);

    /// <summary>The plans that share the calling code at the start of the digits, the main country's first.</summary>
    /// <remarks>No calling code is the beginning of another, so at most one fits.</remarks>
    internal static bool TryFindByCallingCode(string digits, [NotNullWhen(true)] out NumberingPlan[]? plans)
    {
        for (var length = 1; length <= 3 && length <= digits.Length; length++)
        {
            if (World.Value.byCallingCode.TryGetValue(digits[..length], out plans))
            {
                return true;
            }
        }
        plans = null;
        return false;
    }

    internal static IReadOnlyList<NumberingPlan> SharingCodeOf(NumberingPlan plan) => World.Value.byCallingCode[plan.CallingCode];

    private static List<NumberingPlan> Read()
    {
        using var file = DataFiles.Open("phone-plans.json");
        var written = JsonSerializer.Deserialize<WrittenPlan[]>(file, Json)
            ?? throw new InvalidOperationException("phone-plans.json is empty: write it anew with eng/data/phone-plans.mjs.");
        return [.. written.Select(plan => plan.ToPlan())];
    }

    private sealed record WrittenRange(string Pattern, int[] Lengths);

    private sealed record WrittenFormat(string Pattern, string? Leading, string Template);

    private sealed record WrittenPlan(
        string Region, string Code, string? InternationalPrefix, string Numbers, int[] Lengths, string? NationalPrefix, string? Transform,
        string? Leading, Dictionary<string, WrittenRange> Kinds, WrittenFormat[] Formats)
    {
        internal NumberingPlan ToPlan() => new()
        {
            Region = Region,
            CallingCode = Code,
            InternationalPrefix = Optional(InternationalPrefix),
            Numbers = new DigitPattern(Numbers),
            Lengths = Lengths,
            NationalPrefix = Optional(NationalPrefix),
            Transform = Transform,
            Leading = Optional(Leading),
            Kinds = Kinds.ToDictionary(
                kind => Enum.Parse<PhoneKind>(kind.Key, ignoreCase: true),
                kind => new NumberRange(new DigitPattern(kind.Value.Pattern), kind.Value.Lengths)),
            Formats = [.. Formats.Select(format => new NumberFormat(new DigitPattern(format.Pattern), Optional(format.Leading), format.Template))],
        };

        private static DigitPattern? Optional(string? pattern) => pattern is null ? null : new DigitPattern(pattern);
    }
}
