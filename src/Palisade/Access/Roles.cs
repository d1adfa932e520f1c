using System.Text.Json;

namespace Palisade.Access;

/// <summary>What a role is for the rules that follow its class: MFA, idle time, who may grant it.</summary>
public enum RoleClass
{
    /// <summary>Uses the application.</summary>
    User,

    /// <summary>Manages others' work; MFA is mandatory (R028).</summary>
    Manager,

    /// <summary>Administers people and settings; MFA is mandatory (R028).</summary>
    Admin,
}

/// <summary>A role: a name, its class, its rank among the roles, and what it allows.</summary>
/// <param name="Name">Lower case, stable.</param>
/// <param name="Class">Which rules it falls under.</param>
/// <param name="Rank">Who stands above whom: nobody creates or changes a user whose role ranks as high as theirs, or higher.</param>
/// <param name="Permissions">What it allows.</param>
public sealed record Role(string Name, RoleClass Class, int Rank, PermissionSet Permissions)
{
    /// <summary>Whether its holders cannot work before a second factor is enrolled.</summary>
    public bool NeedsMfa => Class != RoleClass.User;
}

/// <summary>The roles of this installation, read from a preset and checked against the catalogue.</summary>
public sealed class RoleBook
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    private readonly Dictionary<string, Role> roles;
    private readonly PermissionSet ordinary;

    private RoleBook(PermissionCatalogue catalogue, IEnumerable<Role> roles)
    {
        Catalogue = catalogue;
        this.roles = roles.ToDictionary(role => role.Name, StringComparer.Ordinal);
        ordinary = new PermissionSet(this.roles.Values.Where(role => !role.NeedsMfa).Aggregate(UInt128.Zero, (bits, role) => bits | role.Permissions.Bits));
    }

    /// <summary>The permissions the roles are made of.</summary>
    public PermissionCatalogue Catalogue { get; }

    /// <summary>Every role, highest rank first.</summary>
    public IEnumerable<Role> All => roles.Values.OrderByDescending(role => role.Rank);

    /// <summary>The roles of a preset in JSON: the catalogue of permissions, then each role with what it allows (<c>"*"</c> is everything).</summary>
    /// <exception cref="UnknownPermissionException">A role names a permission the catalogue lacks.</exception>
    public static RoleBook Read(Stream preset)
    {
        var file = JsonSerializer.Deserialize<PresetFile>(preset, Json)!;
        var catalogue = new PermissionCatalogue(file.Permissions);
        return new RoleBook(catalogue, file.Roles.Select(role =>
            new Role(role.Name, Enum.Parse<RoleClass>(role.Class, ignoreCase: true), role.Rank, catalogue.Set(role.Allows is ["*"] ? file.Permissions : role.Allows))));
    }

    /// <summary>The role with this name, or <see langword="null"/>.</summary>
    public Role? Find(string? name) => name is not null && roles.TryGetValue(name, out var role) ? role : null;

    /// <summary>Whether a permission is privileged: no role of the user class has it.</summary>
    /// <exception cref="UnknownPermissionException">There is no such permission.</exception>
    public bool IsPrivileged(string permission) => !ordinary.Contains(Catalogue.IndexOf(permission));

    /// <summary>Whether the caller may give somebody this role: one that ranks below the caller's own, or, for the highest rank, any.</summary>
    public bool MayGrant(Caller caller, Role role)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(role);
        return Find(caller.Role) is { } own && (own.Rank > role.Rank || own.Rank == All.First().Rank);
    }

    private sealed record PresetFile(string[] Permissions, PresetRole[] Roles);

    private sealed record PresetRole(string Name, string Class, int Rank, string[] Allows);
}
