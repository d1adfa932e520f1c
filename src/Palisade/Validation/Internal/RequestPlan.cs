using System.Collections;
using System.Collections.Concurrent;

namespace Palisade.Validation.Internal;

/// <summary>The rules of one type, read by reflection once.</summary>
internal sealed class RequestPlan
{
    // Types may contain themselves; JSON that goes deeper than this was refused when it was read.
    private const int MaximumDepth = 32;

    private static readonly Refusal TooDeep = new("too_deep", "Must not be nested that deeply.");

    private static readonly ConcurrentDictionary<Type, RequestPlan> Plans = new();

    private readonly RuledMember[] members;
    private readonly bool hasCrossFieldRules;

    private RequestPlan(Type type)
    {
        hasCrossFieldRules = type.IsAssignableTo(typeof(IHasRules));
        members = [.. RuledMember.Of(type)];
        HasRules = Reaches(type, []);
    }

    internal bool HasRules { get; }

    internal static RequestPlan Of(Type type) => Plans.GetOrAdd(type, static type => new RequestPlan(type));

    /// <summary>Whether values of this type can hold rules of their own: our records and classes, not the framework's types.</summary>
    internal static bool IsOurs(Type type) =>
        !type.IsPrimitive && !type.IsEnum && !type.IsInterface && !type.IsPointer
        && type.Namespace is { } space
        && space != "System" && !space.StartsWith("System.", StringComparison.Ordinal) && !space.StartsWith("Microsoft.", StringComparison.Ordinal);

    /// <summary>Whether a rule is written on the type or on anything that can be reached from it.</summary>
    internal static bool Reaches(Type type, HashSet<Type> seen) =>
        IsOurs(type) && seen.Add(type)
        && (type.IsAssignableTo(typeof(IHasRules)) || RuledMember.PropertiesOf(type).Any(property =>
            RuledMember.WrittenRules(property).Count > 0 || Reaches(RuledMember.ContentOf(property.PropertyType), seen)));

    internal void Check(object request, string path, Findings findings, int depth)
    {
        if (depth > MaximumDepth)
        {
            findings.Add(path, TooDeep);
            return;
        }
        foreach (var member in members)
        {
            CheckMember(member, member.Read(request), path.Length == 0 ? member.Name : $"{path}.{member.Name}", findings, depth);
        }
        if (hasCrossFieldRules)
        {
            foreach (var error in ((IHasRules)request).Rules())
            {
                findings.Add(path.Length == 0 ? error : error with { Field = $"{path}.{error.Field}" });
            }
        }
    }

    private static void CheckMember(RuledMember member, object? value, string field, Findings findings, int depth)
    {
        foreach (var rule in member.Rules)
        {
            if (!rule.Check(value, field, findings))
            {
                return;
            }
        }
        if (value is null || member.Content is not { } content)
        {
            return;
        }
        var plan = Of(content);
        if (!member.IsList)
        {
            plan.Check(value, field, findings, depth + 1);
            return;
        }
        var index = 0;
        foreach (var item in (IEnumerable)value)
        {
            if (findings.IsFull)
            {
                return;
            }
            if (item is not null)
            {
                plan.Check(item, $"{field}[{index}]", findings, depth + 1);
            }
            index++;
        }
    }
}
