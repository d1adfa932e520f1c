using Palisade.Audit;

namespace Palisade.Captcha.Internal;

/// <summary>One kind of captcha.</summary>
internal interface ICaptcha
{
    /// <summary>Whether this is a solution that nobody has used before. MUST answer <see langword="false"/> when it cannot be found out.</summary>
    Task<bool> IsSolvedAsync(string solution, RequestFacts facts, CancellationToken cancellationToken);
}
