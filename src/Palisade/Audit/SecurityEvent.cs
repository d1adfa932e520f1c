using Palisade.Tenancy;

namespace Palisade.Audit;

/// <summary>How an act ended.</summary>
public enum EventOutcome
{
    /// <summary>It happened.</summary>
    Success,

    /// <summary>It was tried and was not allowed or not right.</summary>
    Refused,
}

/// <summary>Something that matters to security, about to be written into the audit log.</summary>
/// <remarks>
/// It MUST hold no secret, no request body and no personal value in clear: names and numbers masked, changes by field name,
/// people by id. What it says of the request itself comes from the <see cref="RequestFacts"/> of the unit of work.
/// </remarks>
/// <param name="Type">What happened, from a catalogue.</param>
public sealed record SecurityEvent(SecurityEventType Type)
{
    /// <summary>How it ended.</summary>
    public EventOutcome Outcome { get; init; } = EventOutcome.Success;

    /// <summary>Why it was refused, as a stable lower-snake-case code. For administrators, never for the caller.</summary>
    public string? Reason { get; init; }

    /// <summary>Whose it is, when that is not the caller's own tenant (before sign-in there is no caller).</summary>
    public TenantId? Tenant { get; init; }

    /// <summary>Who did it, when the request has no caller yet.</summary>
    public Guid? Actor { get; init; }

    /// <summary>The kind of thing it was done to, such as <c>estate</c>.</summary>
    public string? EntityType { get; init; }

    /// <summary>Which one.</summary>
    public string? EntityId { get; init; }

    /// <summary>The values before, by field name; personal ones masked.</summary>
    public IReadOnlyDictionary<string, object?>? Before { get; init; }

    /// <summary>The values after, by field name; personal ones masked.</summary>
    public IReadOnlyDictionary<string, object?>? After { get; init; }

    /// <summary>Figures and codes that explain it.</summary>
    public IReadOnlyDictionary<string, object?>? Details { get; init; }

    /// <summary>The session it happened in, when the request did not begin with one.</summary>
    public Guid? Session { get; init; }

    /// <summary>The same event, about this thing.</summary>
    public SecurityEvent On(string entityType, Guid entityId) => this with { EntityType = entityType, EntityId = entityId.ToString("D") };

    /// <summary>The same event as a refusal for this reason.</summary>
    public SecurityEvent Refused(string reason) => this with { Outcome = EventOutcome.Refused, Reason = reason };
}
