using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Crypto.Jose;
using Palisade.Hardening;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Sessions;

/// <summary><c>POST /auth/bound/registration</c>: a browser that took the offer made a key for its session, and shows the public half.</summary>
/// <remarks>
/// Only whoever was answered at the sign-in knows the challenge, and a session takes one key, once. Nothing is demanded yet: an
/// answer that is lost here, or a browser that thinks better of it, leaves a session like any other. See <see cref="ProveSessionKey"/>.
/// </remarks>
internal static class RegisterSessionKey
{
    internal static async Task<IResult> HandleAsync(HttpContext context, SessionBinding binding, PalisadeDatabase database, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        var proof = SessionProof.ReadWithKey(SessionBinding.ProofIn(context));
        var refusal = proof is null ? "proof"
            : !binding.IsRegistrationChallenge(caller.Session, proof.Challenge) ? "challenge"
            : !await KeepAsync(work, caller.Session, proof.Key, cancellationToken) ? "used"
            : null;
        await work.RecordAsync(
            refusal is null
                ? new SecurityEvent(SecurityEvents.SessionKeyRegistered) { Details = new Dictionary<string, object?> { ["key"] = proof!.Key.Kid } }.On("user", caller.User)
                : new SecurityEvent(SecurityEvents.SessionBindingFailed).On("user", caller.User).Refused(refusal),
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return refusal is null ? Results.Ok(SessionBinding.Instructions(caller.Session)) : Problem.InvalidSessionProof.Result();
    }

    private static async Task<bool> KeepAsync(UnitOfWork work, Guid session, Es256VerificationKey key, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            "UPDATE sessions.sessions SET proof_key = $2 WHERE id = $1 AND proof_key IS NULL AND revoked_at IS NULL AND client = 'browser'",
            [session, key.ToPoint()],
            cancellationToken) == 1;
}
