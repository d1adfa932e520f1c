using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Captcha.Internal;
using Palisade.Validation;

namespace Palisade.Captcha;

/// <summary>Captchas: what makes guessing by programs dear.</summary>
public static class CaptchaExtensions
{
    /// <summary>Adds the captcha of the options.</summary>
    public static IServiceCollection AddCaptcha(this IServiceCollection services, CaptchaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(options).AddSingleton<CaptchaGate>();
        return options.Provider == CaptchaProvider.Altcha
            ? services.AddSingleton<ICaptcha, ProofOfWork>()
            : services.AddSingleton<ICaptcha, SiteVerify>();
    }

    /// <summary>Maps the challenge.</summary>
    public static void MapCaptcha(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("").ValidatesRequests().MapGet("/auth/captcha", ShowCaptcha.HandleAsync).OpenToAnyone("a riddle tells nothing");
}
