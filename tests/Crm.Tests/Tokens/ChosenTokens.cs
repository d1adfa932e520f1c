using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crypto.Jose;
using Palisade.Tokens;

namespace Palisade.Crm.Tests.Tokens;

/// <summary>Other choices about tokens than the settings of a test instance make.</summary>
internal static class ChosenTokens
{
    internal static void ChooseTokens(
        this IServiceCollection services, JwsAlgorithm? algorithm = null, bool encrypts = false, TimeSpan? lead = null, string? clientCertificateHeader = null, Uri? publicUrl = null)
    {
        var settings = (TokenOptions)services.Last(service => service.ServiceType == typeof(TokenOptions)).ImplementationInstance!;
        services.AddSingleton(new TokenOptions
        {
            Issuer = settings.Issuer,
            Audience = settings.Audience,
            Algorithm = algorithm ?? settings.Algorithm,
            Encrypts = encrypts,
            KeyLead = lead ?? settings.KeyLead,
            PublicUrl = publicUrl ?? settings.PublicUrl,
            ClientCertificateHeader = clientCertificateHeader,
            Proxies = clientCertificateHeader is null ? [] : [IPNetwork.Parse("127.0.0.1/32"), IPNetwork.Parse("::1/128")],
            RefreshKey = settings.RefreshKey,
            OneTimeKey = settings.OneTimeKey,
        });
    }
}
