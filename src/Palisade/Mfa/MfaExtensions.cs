using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Mfa.Internal;
using Palisade.Validation;

namespace Palisade.Mfa;

/// <summary>Second factors: TOTP and backup codes.</summary>
public static class MfaExtensions
{
    /// <summary>Adds second factors.</summary>
    public static IServiceCollection AddMfa(this IServiceCollection services, MfaOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Challenges>()
        .AddSingleton<TotpFactors>()
        .AddSingleton<BackupCodes>()
        .AddSingleton<VerifyMfa>()
        .AddSingleton<ConfirmTotp>();

    /// <summary>Maps enrolment and verification.</summary>
    public static void MapMfa(this IEndpointRouteBuilder routes)
    {
        var mfa = routes.MapGroup("/auth/mfa").ValidatesRequests();
        mfa.MapPost("/verify", VerifyMfa.HandleAsync).OpenToAnyone("the challenge is the proof");
        mfa.MapPost("/totp/enroll", EnrollTotp.HandleAsync).OpenToAnyone("the challenge, or the caller, is the proof");
        mfa.MapPost("/totp/confirm", ConfirmTotp.HandleAsync).OpenToAnyone("the challenge, or the caller, is the proof");
    }
}
