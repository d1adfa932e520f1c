namespace Palisade.Hardening;

/// <summary>Ends a request with this problem. For refusals found deep in a handler; a result is better where one can be returned.</summary>
public sealed class ProblemException(Problem problem, TimeSpan? retryAfter = null) : Exception(problem.Code)
{
    /// <summary>What the caller is told.</summary>
    public Problem Problem { get; } = problem;

    /// <summary>When to try again.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
