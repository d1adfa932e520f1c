namespace Palisade.Audit;

/// <summary>How bad it is when an event of this type happens; the numbers are OCSF's <c>severity_id</c>.</summary>
public enum EventSeverity
{
    /// <summary>Ordinary business.</summary>
    Informational = 1,

    /// <summary>Worth a look when it repeats.</summary>
    Low = 2,

    /// <summary>Worth a look.</summary>
    Medium = 3,

    /// <summary>Somebody should look now.</summary>
    High = 4,
}

/// <summary>One kind of security event: its stable name and the OCSF 1.x class it is told to the outside as.</summary>
/// <param name="Name">Upper snake case, stable for ever: it stands in seven years of audit log.</param>
/// <param name="OcsfClass">OCSF <c>class_uid</c>: 3002 authentication, 3001 account change, 3005 user access management, 6001 web resource activity, 6003 API activity.</param>
/// <param name="Severity">How bad.</param>
public sealed record SecurityEventType(string Name, int OcsfClass, EventSeverity Severity)
{
    /// <inheritdoc />
    public override string ToString() => Name;
}
