namespace Palisade.Cli;

/// <summary>How a check ended. Only <see cref="Failed"/> makes the doctor's exit status 1.</summary>
internal enum Outcome
{
    Ok,
    Warning,
    Failed,
}

/// <summary>One line of the doctor's report.</summary>
/// <param name="Check">What was looked at, in one word.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">What was found and, unless all is well, what to do. Never a secret.</param>
internal sealed record Finding(string Check, Outcome Outcome, string Detail);
