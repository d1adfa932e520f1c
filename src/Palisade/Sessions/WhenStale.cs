namespace Palisade.Sessions;

/// <summary>What an endpoint does while this node cannot follow revocations: no word from PostgreSQL's stream of changes for a second.</summary>
public enum WhenStale
{
    /// <summary>Ask PostgreSQL for the session on each request. It is the record, so nothing is risked but time. The default.</summary>
    Ask,

    /// <summary>Answer 503 at once, and leave PostgreSQL its breath.</summary>
    Refuse,
}

/// <summary>Beside the access declaration: see <see cref="WhenStale"/>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class WhenStaleAttribute(WhenStale choice) : Attribute
{
    /// <summary>What is done.</summary>
    public WhenStale Choice { get; } = choice;
}
