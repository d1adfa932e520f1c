using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Captcha.Internal;

namespace Palisade.Captcha;

/// <summary><c>GET /auth/captcha</c>: a challenge to solve, or which provider's widget to show.</summary>
internal static class ShowCaptcha
{
    internal static async Task<IResult> HandleAsync(
        HttpContext context, CaptchaOptions options, ICaptcha captcha, LoginLanes lanes, TimeProvider clock, CancellationToken cancellationToken)
    {
        var facts = context.Facts();
        return captcha is ProofOfWork work
            ? Results.Ok(work.Set(facts, await lanes.FailuresOfNetworkAsync(facts, clock.GetUtcNow(), cancellationToken)))
            : Results.Ok(new { provider = options.Provider.ToString().ToLowerInvariant(), siteKey = options.SiteKey });
    }
}
