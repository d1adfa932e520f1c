using System.Reflection;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Palisade.Privacy;

namespace Palisade.Crm.Data;

/// <summary>What a save is about to change, as the audit log may tell it: ordinary values as they are, personal ones only by name.</summary>
internal sealed record Changes(IReadOnlyDictionary<string, object?> Before, IReadOnlyDictionary<string, object?> After)
{
    private const string Hidden = "***";

    internal bool Any => After.Count > 0;

    internal static Changes Of(EntityEntry entry)
    {
        entry.DetectChanges();
        var before = new Dictionary<string, object?>();
        var after = new Dictionary<string, object?>();
        foreach (var property in entry.Properties.Where(property => property.IsModified && !Equals(property.OriginalValue, property.CurrentValue)))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Metadata.Name);
            var isPersonal = property.Metadata.PropertyInfo?.GetCustomAttribute<PersonalAttribute>() is not null;
            before[name] = Shown(property.OriginalValue, isPersonal);
            after[name] = Shown(property.CurrentValue, isPersonal);
        }

        return new Changes(before, after);
    }

    private static object? Shown(object? value, bool isPersonal) => value is null ? null : isPersonal ? Hidden : value;
}
