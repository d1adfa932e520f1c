namespace Palisade.Access;

/// <summary>What an endpoint says of who may call it. Every endpoint says exactly one; one that says nothing stops the start.</summary>
public interface IAccessDeclaration;

/// <summary>Callers need this permission.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequirePermissionAttribute(string permission) : Attribute, IAccessDeclaration
{
    /// <summary>As in the catalogue, <c>resource:action</c>.</summary>
    public string Permission { get; } = permission;
}

/// <summary>Callers need to be signed in, and no permission beyond: it is their own account.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireSignedInAttribute : Attribute, IAccessDeclaration;

/// <summary>Beside the access declaration: the caller's proof MUST be younger than this, or of a kind no look-alike site can pass on (ASVS V7.5.3, RFC 9470).</summary>
/// <remarks>Who falls short is told so with 401 <c>step_up_required</c>, and comes back after <c>POST /auth/step-up</c>.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireStepUpAttribute : Attribute
{
    /// <summary>Minutes since the factors were last shown. Default 10.</summary>
    public int WithinMinutes { get; init; } = 10;

    /// <summary>Only a passkey will do.</summary>
    public bool PhishingResistant { get; init; }
}

/// <summary>Anybody may call this, for a stated reason.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class OpenToAnyoneAttribute(string because) : Attribute, IAccessDeclaration
{
    /// <summary>Why that is safe. It stands in the security snapshot.</summary>
    public string Because { get; } = because;
}
