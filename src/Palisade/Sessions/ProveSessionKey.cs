using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Crypto.Jose;
using Palisade.Hardening;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Tokens.Internal;

namespace Palisade.Sessions;

/// <summary><c>POST /auth/bound/refresh</c>: the browser proves that it still has its session's key, and gets the short-lived cookie anew.</summary>
/// <remarks>
/// Numbered as it runs:
/// 1. The session is the one that the browser's session cookie opens. None, or another than the one it asks for: that one is over.
/// 2. Without a proof: a challenge. Nothing is kept of it.
/// 3. The proof: by the key of this session, over a challenge of ours for this session that is not over and was not answered before.
/// 4. The first one binds: from its commit on, no server takes the session's cookies without the short-lived one.
/// Whatever is wrong with a proof, the answer is another challenge. An honest browser whose answer was lost goes on from there.
/// </remarks>
internal sealed class ProveSessionKey(SessionBinding binding, SessionStore sessions, PalisadeDatabase database, TimeProvider clock)
{
    internal static Task<IResult> HandleAsync(HttpContext context, ProveSessionKey slice, CancellationToken cancellationToken) => slice.RunAsync(context, cancellationToken);

    private async Task<IResult> RunAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var named = SessionBinding.SessionNamedIn(context);
        if (context.FindCaller() is not { } caller || caller.Session != named)
        {
            return Results.Ok(SessionBinding.Over(named));
        }

        if (SessionBinding.ProofIn(context) is not { } proof)
        {
            return Ask(context, caller.Session);
        }

        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        var refusal = await RefuseAsync(work, caller.Session, proof, cancellationToken);
        if (refusal is not null)
        {
            await work.RecordAsync(About(SecurityEvents.SessionBindingFailed, caller).Refused(refusal), cancellationToken);
        }
        else if (await BindAsync(work, caller.Session, cancellationToken))
        {
            await work.RecordAsync(About(SecurityEvents.SessionBound, caller), cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        if (refusal is not null)
        {
            return Ask(context, caller.Session);
        }

        binding.Renew(context, caller.Session);
        return Results.Ok(SessionBinding.Instructions(caller.Session));
    }

    private IResult Ask(HttpContext context, Guid session)
    {
        binding.Ask(context, session);
        return Problem.InvalidSessionProof.Result();
    }

    private async Task<string?> RefuseAsync(UnitOfWork work, Guid session, string text, CancellationToken cancellationToken)
    {
        var point = await work.FirstAsync(
            "SELECT proof_key FROM sessions.sessions WHERE id = $1 AND proof_key IS NOT NULL", [session], row => row.GetFieldValue<byte[]>(0), cancellationToken);
        return point is null ? "no_key"
            : SessionProof.Read(text, Es256VerificationKey.FromPoint(point)) is not { } proof ? "proof"
            : !binding.IsRenewalChallenge(session, proof.Challenge) ? "challenge"
            : !await UsedProofs.SpendAsync(work, $"session.{proof.Challenge}", clock.GetUtcNow() + (2 * SessionBinding.ChallengeLife), cancellationToken) ? "used"
            : null;
    }

    private async Task<bool> BindAsync(UnitOfWork work, Guid session, CancellationToken cancellationToken)
    {
        var isFirst = await work.ExecuteAsync(
            "UPDATE sessions.sessions SET proof_demanded_at = $2 WHERE id = $1 AND proof_demanded_at IS NULL", [session, clock.GetUtcNow()], cancellationToken) == 1;
        if (isFirst)
        {
            sessions.Changed(work, session);
        }

        return isFirst;
    }

    private static SecurityEvent About(SecurityEventType type, Caller caller) =>
        new SecurityEvent(type) { Tenant = caller.Tenant, Actor = caller.User, Session = caller.Session }.On("user", caller.User);
}
