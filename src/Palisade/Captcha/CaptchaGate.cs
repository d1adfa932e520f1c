using System.Diagnostics.Metrics;
using Palisade.Audit;
using Palisade.Captcha.Internal;

namespace Palisade.Captcha;

/// <summary>Whether what a request brings is a captcha, solved by who sends it, for this request alone.</summary>
internal class CaptchaGate
{
    private readonly ICaptcha captcha;
    private readonly Counter<long> checks;

    public CaptchaGate(ICaptcha captcha, IMeterFactory meters)
    {
        this.captcha = captcha;
        checks = meters.Create("Palisade").CreateCounter<long>("palisade_captchas_total", description: "Captchas checked, by result");
    }

    /// <summary>Checks it, and spends it: a second call with the same solution answers <see langword="false"/>, on every node.</summary>
    /// <remarks>Whatever goes wrong on the way, the answer is <see langword="false"/>: without an answer there is no proof.</remarks>
    public virtual async Task<bool> IsPassedAsync(string? solution, RequestFacts facts, CancellationToken cancellationToken)
    {
        var passed = solution is { Length: > 0 and <= MaxLength } && await captcha.IsSolvedAsync(solution, facts, cancellationToken);
        checks.Add(1, new KeyValuePair<string, object?>("result", passed ? "passed" : solution is null ? "missing" : "refused"));
        return passed;
    }

    /// <summary>More than any provider's token has.</summary>
    internal const int MaxLength = 4096;
}
