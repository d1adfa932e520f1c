namespace Palisade.Configuration;

/// <summary>Which rules a process starts under. A process that is told nothing is in production.</summary>
public enum DeploymentEnvironment
{
    /// <summary>Every unsafe or missing setting stops the start.</summary>
    Production = 0,

    /// <summary>One developer's machine: secrets are generated, and plain connections to local servers are allowed.</summary>
    Development = 1,
}
