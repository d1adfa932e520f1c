using System.Collections.Frozen;

namespace Palisade.Access;

/// <summary>A set of permissions of one <see cref="PermissionCatalogue"/>, as bits.</summary>
public readonly record struct PermissionSet(UInt128 Bits)
{
    /// <summary>Whether the permission with this index is in the set.</summary>
    public bool Contains(int index) => (Bits & (UInt128.One << index)) != UInt128.Zero;
}

/// <summary>Every permission there is, as <c>resource:action</c>. A name outside it is a mistake that stops the start (R078).</summary>
public sealed class PermissionCatalogue
{
    private readonly FrozenDictionary<string, int> indexes;

    /// <summary>A catalogue of these names, in this order. At most 128.</summary>
    public PermissionCatalogue(IEnumerable<string> names)
    {
        Names = [.. names];
        if (Names.Count > 128 || Names.Distinct().Count() != Names.Count)
        {
            throw new ArgumentException("A permission catalogue has at most 128 names, each once.", nameof(names));
        }

        indexes = Names.Select((name, index) => KeyValuePair.Create(name, index)).ToFrozenDictionary();
    }

    /// <summary>The names in their order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The place of a permission in every <see cref="PermissionSet"/>.</summary>
    /// <exception cref="UnknownPermissionException">There is no such permission.</exception>
    public int IndexOf(string name) => indexes.TryGetValue(name, out var index) ? index : throw new UnknownPermissionException(name);

    /// <summary>The set of these permissions.</summary>
    /// <exception cref="UnknownPermissionException">One of them does not exist.</exception>
    public PermissionSet Set(IEnumerable<string> names) =>
        new(names.Aggregate(UInt128.Zero, (bits, name) => bits | (UInt128.One << IndexOf(name))));

    /// <summary>The names in a set, in the catalogue's order.</summary>
    public IEnumerable<string> NamesIn(PermissionSet set) => Names.Where((_, index) => set.Contains(index));
}

/// <summary>A permission name that the catalogue does not have.</summary>
public sealed class UnknownPermissionException(string name) : Exception($"There is no permission '{name}' in the catalogue.");
