using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Mfa.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Mfa;

/// <summary>Second factors: authenticator apps, passkeys, SMS and backup codes; and what happens when they are lost.</summary>
public static class MfaExtensions
{
    /// <summary>Adds second factors.</summary>
    public static IServiceCollection AddMfa(this IServiceCollection services, MfaOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Challenges>()
        .AddSingleton<CodeClock>()
        .AddSingleton<TotpFactors>()
        .AddSingleton<BackupCodes>()
        .AddSingleton<AttestationRoots>()
        .AddSingleton<PasskeyCeremonies>()
        .AddSingleton<Passkeys>()
        .AddSingleton<AssertPasskey>()
        .AddSingleton<SmsFactors>()
        .AddSingleton<SecondFactors>()
        .AddSingleton<Recoveries>()
        .AddSingleton<RecoverAccount>()
        .AddSingleton<RemoveFactor>()
        .AddSingleton<OwnPhone>()
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
        mfa.MapDelete("/account/passkeys/{id:guid}", RemoveFactor.PasskeyAsync).RequireSignedIn().RequireStepUp();
        mfa.MapPost("/auth/mfa/sms/enroll", OwnPhone.EnrollAsync).RequireSignedIn().RequireStepUp();
        mfa.MapPost("/auth/mfa/sms/confirm", OwnPhone.ConfirmAsync).RequireSignedIn().RequireStepUp();
        mfa.MapPost("/auth/mfa/sms/send", OwnPhone.SendAsync).OpenToAnyone("the challenge, or the caller, is the proof");
        mfa.MapPost("/auth/recovery", RecoverAccount.RequestAsync).OpenToAnyone("the challenge is the proof");
        mfa.MapPost("/auth/recovery/cancel", RecoverAccount.CancelAsync).OpenToAnyone("the mailed token is the proof");
        mfa.MapPost("/auth/recovery/complete", RecoverAccount.CompleteAsync).OpenToAnyone("the mailed token and the password are the proof");
        mfa.MapGet("/account/security", ShowSecurity.HandleAsync).RequireSignedIn();
        mfa.MapPost("/api/admin/users/{id:guid}/reset-mfa", DecideRecovery.ResetAsync).RequirePermission("user:update").RequireStepUp();
        mfa.MapGet("/api/admin/recoveries", DecideRecovery.ListAsync).RequirePermission("user:update");
        mfa.MapPost("/api/admin/recoveries/{id:guid}/approve", DecideRecovery.ApproveAsync).RequirePermission("user:update").RequireStepUp();
        mfa.MapPost("/api/admin/recoveries/{id:guid}/reject", DecideRecovery.RejectAsync).RequirePermission("user:update").RequireStepUp();
    }

    /// <summary>Break-glass, for who stands at the machine: takes an administrator's factors and sessions away at once; the next sign-in enrols anew.</summary>
    /// <remarks>It waits for nobody and asks nobody, and is recorded and mailed like every other recovery.</remarks>
    /// <returns>False when there is no active account of the admin class with this address.</returns>
    public static async Task<bool> RecoverAdministratorAsync(this IServiceProvider services, string email, CancellationToken cancellationToken)
    {
        await using var work = await services.GetRequiredService<PalisadeDatabase>().BeginSystemAsync(RequestFacts.OfProcess("recover-admin"), cancellationToken);
        if (!EmailAddress.TryParse(email, out var address, out _)
            || await UserStore.FindByEmailAsync(work, address.Key, cancellationToken) is not { IsActive: true } user
            || services.GetRequiredService<RoleBook>().Find(user.Role) is not { Class: RoleClass.Admin })
        {
            return false;
        }

        await services.GetRequiredService<Recoveries>().BreakGlassAsync(work, user, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return true;
    }
}
