using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Messaging;
using Palisade.Mfa.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Mfa;

/// <summary>A new passkey, as the browser's <c>PublicKeyCredential.toJSON()</c> writes it, and the name its holder knows it by.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RegisterPasskeyRequest([property: Required] JsonElement? Credential, [property: Text(1, 60)] string? Name) : IHasRules
{
    public IEnumerable<FieldError> Rules() => WebAuthnAnswer.Rules(Credential);
}

/// <summary><c>POST /auth/passkeys</c>: the passkey counts from here on.</summary>
internal static class RegisterPasskey
{
    internal static async Task<IResult> HandleAsync(
        RegisterPasskeyRequest request, HttpContext context, PalisadeDatabase database, PasskeyCeremonies ceremonies, Passkeys passkeys, Outbox outbox, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (caller, facts, now) = (context.RequireCaller(), context.Facts(), clock.GetUtcNow());
        PasskeyRefusal? refusal = null;
        await using (var work = await database.BeginSystemAsync(facts, cancellationToken))
        {
            await Factors.LockAsync(work, caller.User, cancellationToken);
            if (await UserStore.FindAsync(work, caller.User, cancellationToken) is not { IsActive: true } user)
            {
                return Problem.Unauthenticated.Result();
            }

            var (id, name) = (Guid.CreateVersion7(now), request.Name ?? "Passkey");
            if (await ceremonies.FinishRegistrationAsync(
                work, context, request.Credential!.Value, CeremonyFor.Registration(caller.Session), user.Id, cancellationToken) is { } passkey)
            {
                refusal = await passkeys.TryAddAsync(work, user, id, name, passkey, cancellationToken);
            }

            if (refusal == PasskeyRefusal.None)
            {
                var enrolled = new SecurityEvent(SecurityEvents.MfaEnrolled) { Details = new Dictionary<string, object?> { ["method"] = "passkey", ["passkey"] = id } };
                await work.RecordAsync(enrolled.On("user", user.Id), cancellationToken);
                await outbox.SendAsync(work, Messages.PasskeyAdded(user.Recipient, Occasion.Of(facts, now)), cancellationToken);
                await work.CommitAsync(cancellationToken);
                return Results.Created($"/account/passkeys/{id:D}", new { id, name, createdAt = now });
            }
        }

        return await RefuseAsync(database, facts, caller, refusal, cancellationToken);
    }

    private static async Task<IResult> RefuseAsync(PalisadeDatabase database, RequestFacts facts, Caller caller, PasskeyRefusal? refusal, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        var reason = refusal switch
        {
            PasskeyRefusal.Authenticator => "authenticator_model",
            PasskeyRefusal.TooMany => "too_many",
            PasskeyRefusal.Known => "known",
            _ => "wrong_attestation",
        };
        await work.RecordAsync(new SecurityEvent(SecurityEvents.MfaEnrolled).On("user", caller.User).Refused($"passkey_{reason}"), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return refusal switch
        {
            PasskeyRefusal.Authenticator => Problem.AuthenticatorNotTaken.Result(),
            PasskeyRefusal.TooMany => Problem.TooManyPasskeys.Result(),
            PasskeyRefusal.Known => Problem.AlreadyExists.Result(),
            _ => Problem.InvalidPasskey.Result(),
        };
    }
}
