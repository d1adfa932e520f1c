using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Palisade.Accounts.Internal;
using Palisade.Storage;
using Palisade.Tokens.Internal;

namespace Palisade.Mfa.Internal;

/// <summary>What a WebAuthn challenge was given out for. One of another purpose, or bound to something else, is unknown.</summary>
/// <param name="Purpose"><c>register</c>, <c>sign_in</c>, <c>challenge</c> or <c>step_up</c>.</param>
/// <param name="Binding">The session or the sign-in's challenge it belongs to; empty where there is neither yet.</param>
internal sealed record CeremonyFor(string Purpose, string Binding)
{
    public static readonly CeremonyFor SignIn = new("sign_in", "");

    public static CeremonyFor Registration(Guid session) => new("register", session.ToString("N"));

    public static CeremonyFor StepUp(Guid session) => new("step_up", session.ToString("N"));

    public static CeremonyFor Challenge(byte[] challenge) => new("challenge", Convert.ToHexString(challenge));
}

/// <summary>A passkey that has just proved itself, and what its authenticator's counter said.</summary>
internal sealed record ShownPasskey(Guid User, byte[] CredentialId, long SignCount, bool BackedUp);

/// <summary>The two WebAuthn ceremonies, checked by the framework's handler; their state is one row of ours that is used up once.</summary>
/// <remarks>
/// <code>
///     options --> row (hash of the challenge, purpose, binding, state, 5 min) --> answer names the challenge --> row deleted, in the
///                                                                                 transaction that the ceremony ends with
/// </code>
/// A challenge is 32 random bytes (WebAuthn asks for 16). The framework checks type, challenge, origin, RP id, presence, verification
/// and signature; the origin is that of <c>PUBLIC_URL</c>, whatever host name a request came by.
/// </remarks>
internal sealed class PasskeyCeremonies(OneTimeTokens tokens, AttestationRoots roots, MfaOptions options, TimeProvider clock, ILogger<UserManager<PasskeyHolder>> logger)
{
    private const int LongestCredential = 32 * 1024;

    private readonly IOptions<IdentityPasskeyOptions> handlerOptions = Options.Create(new IdentityPasskeyOptions
    {
        ServerDomain = options.PublicUrl.Host,
        ChallengeSize = 32,
        AuthenticatorTimeout = options.ChallengeLifetime,
        UserVerificationRequirement = "required",
        ResidentKeyRequirement = "required",
        AttestationConveyancePreference = options.PasskeyAttestation,
        VerifyAttestationStatement = context => ValueTask.FromResult(roots.Accept(context.AttestationObject, context.ClientDataHash.Span)),
        ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && context.Origin == options.PublicUrl.GetLeftPart(UriPartial.Authority)),
    });

    private sealed record Begun(string State);

    /// <summary>Options for <c>navigator.credentials.create()</c>, as JSON.</summary>
    public async Task<string> BeginRegistrationAsync(UnitOfWork work, HttpContext context, UserAccount user, CeremonyFor what, CancellationToken cancellationToken)
    {
        var entity = new PasskeyUserEntity { Id = new PasskeyHolder(user.Id).Handle, Name = user.Email, DisplayName = user.Name };
        var begun = await Handler(work).MakeCreationOptionsAsync(entity, context);
        await KeepAsync(work, begun.CreationOptionsJson, begun.AttestationState!, what, user.Id, cancellationToken);
        return begun.CreationOptionsJson;
    }

    /// <summary>Options for <c>navigator.credentials.get()</c>, as JSON; they name passkeys only where the account is already known.</summary>
    public async Task<string> BeginAssertionAsync(UnitOfWork work, HttpContext context, Guid? user, CeremonyFor what, CancellationToken cancellationToken)
    {
        var begun = await Handler(work).MakeRequestOptionsAsync(user is { } id ? new PasskeyHolder(id) : null, context);
        await KeepAsync(work, begun.RequestOptionsJson, begun.AssertionState!, what, user, cancellationToken);
        return begun.RequestOptionsJson;
    }

    /// <summary>Checks a new passkey; <see langword="null"/> when anything about it is not right.</summary>
    public async Task<UserPasskeyInfo?> FinishRegistrationAsync(
        UnitOfWork work, HttpContext context, JsonElement credential, CeremonyFor what, Guid user, CancellationToken cancellationToken)
    {
        if (await TakeAsync(work, credential, what, cancellationToken) is not { } begun)
        {
            return null;
        }

        var result = await Handler(work).PerformAttestationAsync(
            new PasskeyAttestationContext { HttpContext = context, CredentialJson = credential.GetRawText(), AttestationState = begun.State });
        return result.Succeeded && result.UserEntity.Id == new PasskeyHolder(user).Handle ? result.Passkey : null;
    }

    /// <summary>Checks a passkey that is shown; <see langword="null"/> when anything about it is not right.</summary>
    public async Task<ShownPasskey?> FinishAssertionAsync(
        UnitOfWork work, HttpContext context, JsonElement credential, CeremonyFor what, CancellationToken cancellationToken)
    {
        if (await TakeAsync(work, credential, what, cancellationToken) is not { } begun)
        {
            return null;
        }

        var result = await Handler(work).PerformAssertionAsync(
            new PasskeyAssertionContext { HttpContext = context, CredentialJson = credential.GetRawText(), AssertionState = begun.State });
        return result.Succeeded ? new ShownPasskey(result.User.Id, result.Passkey.CredentialId, result.Passkey.SignCount, result.Passkey.IsBackedUp) : null;
    }

    private PasskeyHandler<PasskeyHolder> Handler(UnitOfWork work) => new(
        new UserManager<PasskeyHolder>(new PasskeyStore(work), Options.Create(new IdentityOptions()), null!, [], [], null!, null!, null!, logger), handlerOptions);

    private async Task KeepAsync(UnitOfWork work, string optionsJson, string state, CeremonyFor what, Guid? user, CancellationToken cancellationToken)
    {
        using var json = JsonDocument.Parse(optionsJson);
        var now = clock.GetUtcNow();
        // Everybody who begins one takes two old ones away: strangers cannot make the table grow for longer than a ceremony lasts.
        await work.ExecuteAsync(
            "DELETE FROM mfa.passkey_ceremonies WHERE hash IN (SELECT hash FROM mfa.passkey_ceremonies WHERE expires_at < $1 LIMIT 2 FOR UPDATE SKIP LOCKED)", [now], cancellationToken);
        await work.ExecuteAsync(
            "INSERT INTO mfa.passkey_ceremonies (hash, purpose, binding, user_id, state, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                Hash(json.RootElement.GetProperty("challenge").GetString()!), what.Purpose, what.Binding,
                OrNull.Id(user), state, now + options.ChallengeLifetime,
            ],
            cancellationToken);
    }

    private async Task<Begun?> TakeAsync(UnitOfWork work, JsonElement credential, CeremonyFor what, CancellationToken cancellationToken) =>
        ChallengeOf(credential) is { } challenge
            ? await work.FirstAsync(
                "DELETE FROM mfa.passkey_ceremonies WHERE hash = $1 AND purpose = $2 AND binding = $3 AND expires_at > $4 RETURNING state",
                [Hash(challenge), what.Purpose, what.Binding, clock.GetUtcNow()],
                row => new Begun(row.GetString(0)),
                cancellationToken)
            : null;

    private byte[] Hash(string challenge) => tokens.Hash("passkey-ceremony", challenge);

    /// <summary>The challenge an answer says it answers: where to look, and no more. That it is signed is for the handler to find.</summary>
    private static string? ChallengeOf(JsonElement credential)
    {
        try
        {
            if (credential.GetRawText().Length > LongestCredential)
            {
                return null;
            }

            var clientData = credential.GetProperty("response").GetProperty("clientDataJSON").GetString();
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(clientData));
            return json.RootElement.GetProperty("challenge").GetString();
        }
        catch (Exception malformed) when (malformed is InvalidOperationException or KeyNotFoundException or FormatException or JsonException)
        {
            return null;
        }
    }
}
