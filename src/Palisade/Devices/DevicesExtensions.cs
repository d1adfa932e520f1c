using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Devices.Internal;
using Palisade.Validation;

namespace Palisade.Devices;

/// <summary>Devices that an account has been signed in on: nothing a stranger does locks these out, and who signs in on another is told.</summary>
public static class DevicesExtensions
{
    /// <summary>Adds known devices.</summary>
    public static IServiceCollection AddDevices(this IServiceCollection services, DeviceOptions options) => services
        .AddSingleton(options)
        .AddSingleton<KnownDevices>();

    /// <summary>Maps the list of one's own devices.</summary>
    public static void MapDevices(this IEndpointRouteBuilder routes)
    {
        var devices = routes.MapGroup("/account/devices").ValidatesRequests();
        devices.MapGet("", ListDevices.HandleAsync).RequireSignedIn();
        devices.MapDelete("/{id:guid}", RevokeDevice.HandleAsync).RequireSignedIn();
    }
}
