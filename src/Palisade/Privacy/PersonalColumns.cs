using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace Palisade.Privacy;

/// <summary>The seam through which every personal column of an application is mapped.</summary>
/// <remarks>
/// A database context calls <see cref="MapPersonalColumns"/> last. How a marked column is kept is decided here and nowhere
/// else, so a change of that is a change of one mapping.
/// </remarks>
public static class PersonalColumns
{
    /// <summary>Maps every property marked <see cref="PersonalAttribute"/>: its purpose becomes the column's comment, and must stand in the schema.</summary>
    public static void MapPersonalColumns(this ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        foreach (var property in model.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            if (property.PropertyInfo?.GetCustomAttribute<PersonalAttribute>() is { } personal)
            {
                property.SetComment($"personal: {personal.Purpose}");
            }
        }
    }
}
