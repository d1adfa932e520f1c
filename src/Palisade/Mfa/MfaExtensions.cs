using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Mfa.Internal;
using Palisade.Validation;

namespace Palisade.Mfa;

/// <summary>Second factors: authenticator apps, passkeys and backup codes.</summary>
public static class MfaExtensions
{
    /// <summary>Adds second factors.</summary>
    public static IServiceCollection AddMfa(this IServiceCollection services, MfaOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Challenges>()
        .AddSingleton<CodeClock>()
        .AddSingleton<TotpFactors>()
        .AddSingleton<BackupCodes>()
        .AddSingleton<PasskeyCeremonies>()
        .AddSingleton<Passkeys>()
        .AddSingleton<AssertPasskey>()
        .AddSingleton<SecondFactors>()
        .AddSingleton<PasswordProof>()
        .AddSingleton<VerifyMfa>()
        .AddSingleton<ConfirmTotp>()
        .AddSingleton<StepUpSession>();

    /// <summary>Maps enrolment, verification, step-up and what one's account is protected by.</summary>
    public static void MapMfa(this IEndpointRouteBuilder routes)
    {
        var mfa = routes.MapGroup("").ValidatesRequests();
        mfa.MapPost("/auth/mfa/verify", VerifyMfa.HandleAsync).OpenToAnyone("the challenge is the proof");
        mfa.MapPost("/auth/mfa/totp/enroll", EnrollTotp.HandleAsync).OpenToAnyone("the challenge, or the caller, is the proof");
        mfa.MapPost("/auth/mfa/totp/confirm", ConfirmTotp.HandleAsync).OpenToAnyone("the challenge, or the caller, is the proof");
        mfa.MapPost("/auth/mfa/backup-codes", ReplaceBackupCodes.HandleAsync).RequireSignedIn().RequireStepUp();
        mfa.MapDelete("/auth/mfa/{method}", RemoveFactor.HandleAsync).RequireSignedIn().RequireStepUp();
        mfa.MapPost("/auth/step-up", StepUpSession.HandleAsync).RequireSignedIn();
        mfa.MapPost("/auth/passkeys/options", PasskeyOptions.HandleAsync).OpenToAnyone("tells a stranger nothing; registering and stepping up ask for the caller");
        mfa.MapPost("/auth/passkeys/assert", AssertPasskey.HandleAsync).OpenToAnyone("the passkey is the proof");
        mfa.MapPost("/auth/passkeys", RegisterPasskey.HandleAsync).RequireSignedIn().RequireStepUp();
        mfa.MapGet("/account/passkeys", OwnPasskeys.ListAsync).RequireSignedIn();
        mfa.MapPatch("/account/passkeys/{id:guid}", OwnPasskeys.RenameAsync).RequireSignedIn();
        mfa.MapDelete("/account/passkeys/{id:guid}", OwnPasskeys.RemoveAsync).RequireSignedIn().RequireStepUp();
        mfa.MapGet("/account/security", ShowSecurity.HandleAsync).RequireSignedIn();
    }
}
