using Microsoft.AspNetCore.Http;
using Palisade.Hardening;

namespace Palisade.Tokens.Internal;

/// <summary>A request that asks for tokens with a DPoP proof is refused unless the proof holds: no challenge, code or token is spent on it.</summary>
/// <remarks>Where a request presents an access token, the proof belongs to the token, and is checked with it.</remarks>
internal sealed class PossessionMiddleware(RequestDelegate next, DpopProofs proofs)
{
    public async Task InvokeAsync(HttpContext context)
    {
        string? key = null;
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.Headers.Authorization.Count == 0 && DpopProofs.IsIn(context))
        {
            (key, var refusal) = await proofs.ProveAsync(context, accessToken: null, context.RequestAborted);
            if (refusal is not null)
            {
                await ProblemResponses.WriteAsync(context, refusal);
                return;
            }
        }

        context.Features.Set(new Binding(key, context.Features.Get<ClientCertificate>()?.Thumbprint));
        await next(context);
    }
}

internal static class Possession
{
    /// <summary>What the caller proved to hold, in a request that asks for tokens.</summary>
    public static Binding ProvenBinding(this HttpContext context) => context.Features.Get<Binding>() ?? Binding.None;
}

/// <summary>Whether a caller may use a token that is bound.</summary>
internal sealed class BoundTokens(DpopProofs proofs)
{
    /// <summary>The refusal, or <see langword="null"/>. A token that is not bound is a <c>Bearer</c> token and nothing else.</summary>
    public async ValueTask<Problem?> RefuseAsync(HttpContext context, Binding binding, string scheme, string token, CancellationToken cancellationToken)
    {
        if (binding.TokenType != scheme || (binding.Certificate is not null && binding.Certificate != context.Features.Get<ClientCertificate>()?.Thumbprint))
        {
            return Problem.InvalidToken;
        }

        if (binding.Key is null)
        {
            return null;
        }

        var (key, refusal) = await proofs.ProveAsync(context, token, cancellationToken);
        return refusal ?? (key == binding.Key ? null : Problem.InvalidToken);
    }
}
