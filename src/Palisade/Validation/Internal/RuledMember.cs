using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Validation.Internal;

/// <summary>A member with rules of its own, or whose type has some.</summary>
internal sealed class RuledMember
{
    private RuledMember(PropertyInfo property, Type? content)
    {
        Name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        Rules = [.. RulesOf(property).OrderBy(attribute => attribute is RequiredAttribute ? 0 : 1).Select(attribute => new DeclaredRule(attribute))];
        Content = content;
        IsList = content is not null && content != Bare(property.PropertyType);
        Read = Getter(property);
    }

    /// <summary>The name in JSON.</summary>
    internal string Name { get; }

    internal DeclaredRule[] Rules { get; }

    /// <summary>The type to go on with: the member's, or that of its items. Null when no rule waits there.</summary>
    internal Type? Content { get; }

    internal bool IsList { get; }

    internal Func<object, object?> Read { get; }

    internal static IEnumerable<RuledMember> Of(Type type)
    {
        foreach (var property in PropertiesOf(type))
        {
            var content = ContentOf(property.PropertyType);
            var reaches = RequestPlan.Reaches(content, []);
            if (reaches && ItemOf(property.PropertyType) is { } item && IsEntry(item))
            {
                throw new InvalidOperationException(
                    $"{type.Name}.{property.Name} is a dictionary of values that have rules. Its keys are the caller's "
                    + "and cannot name a field: use a list.");
            }
            if (reaches || RulesOf(property).Count > 0)
            {
                yield return new RuledMember(property, reaches ? content : null);
            }
        }
    }

    internal static IEnumerable<PropertyInfo> PropertiesOf(Type type) => !RequestPlan.IsOurs(type) ? [] : type
        .GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(property => property.CanRead && property.GetIndexParameters().Length == 0);

    /// <summary>The rules on a property, or on the record's constructor parameter that the property comes from.</summary>
    internal static List<ValidationAttribute> WrittenRules(PropertyInfo property)
    {
        var parameter = property.DeclaringType!.GetConstructors()
            .SelectMany(constructor => constructor.GetParameters())
            .FirstOrDefault(parameter => parameter.Name == property.Name && parameter.ParameterType == property.PropertyType);
        return [.. property.GetCustomAttributes<ValidationAttribute>(inherit: true), .. parameter?.GetCustomAttributes<ValidationAttribute>() ?? []];
    }

    /// <summary>The written rules, and one that nullability implies: a handler may rely on what is not nullable.</summary>
    private static List<ValidationAttribute> RulesOf(PropertyInfo property)
    {
        var rules = WrittenRules(property);
        var isNullable = property.PropertyType.IsValueType || new NullabilityInfoContext().Create(property).ReadState != NullabilityState.NotNull;
        if (!isNullable && !rules.OfType<RequiredAttribute>().Any())
        {
            rules.Add(new RequiredAttribute { AllowEmptyStrings = true });
        }
        return rules;
    }

    /// <summary>What a member holds: the items' type of a list or a dictionary, else its own.</summary>
    internal static Type ContentOf(Type type)
    {
        var item = ItemOf(type) ?? Bare(type);
        return IsEntry(item) ? Bare(item.GenericTypeArguments[1]) : item;
    }

    private static Type? ItemOf(Type type)
    {
        var sequence = type == typeof(string) ? null : type.GetInterfaces().Append(type)
            .FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        return sequence is null ? null : Bare(sequence.GenericTypeArguments[0]);
    }

    private static bool IsEntry(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static Func<object, object?> Getter(PropertyInfo property)
    {
        var instance = Expression.Parameter(typeof(object));
        var value = Expression.Property(Expression.Convert(instance, property.DeclaringType!), property);
        return Expression.Lambda<Func<object, object?>>(Expression.Convert(value, typeof(object)), instance).Compile();
    }
}
