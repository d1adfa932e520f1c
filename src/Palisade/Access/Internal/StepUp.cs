using System.Globalization;
using Microsoft.AspNetCore.Http;
using Palisade.Hardening;

namespace Palisade.Access.Internal;

/// <summary>Whether a caller's proof is good enough for a sensitive act.</summary>
internal static class StepUp
{
    private static readonly RequireStepUpAttribute Ordinary = new();

    /// <summary>For an endpoint that needs it only of some callers; the others declare <see cref="RequireStepUpAttribute"/>.</summary>
    public static Problem? Missing(HttpContext context, Caller caller, TimeProvider clock) => Missing(context, caller, Ordinary, clock.GetUtcNow());

    /// <summary>What stands in the way, or <see langword="null"/>. Tells the client in the answer's headers what to ask its user for (RFC 9470, section 3).</summary>
    public static Problem? Missing(HttpContext context, Caller caller, RequireStepUpAttribute needed, DateTimeOffset now)
    {
        if (caller.ProbationUntil > now)
        {
            return Problem.OnProbation;
        }

        if (now - caller.AuthenticatedAt < TimeSpan.FromMinutes(needed.WithinMinutes)
            && (!needed.PhishingResistant || caller.Level == AuthenticationLevel.PhishingResistant))
        {
            return null;
        }

        var wanted = needed.PhishingResistant ? "acr_values=\"phr\"" : string.Create(CultureInfo.InvariantCulture, $"max_age=\"{needed.WithinMinutes * 60}\"");
        context.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_user_authentication\", {wanted}";
        return Problem.StepUpRequired;
    }
}
