using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Palisade.Access.Internal;

internal static class AccessOptions
{
    /// <summary>A 403 that names the permission helps whoever builds against the API, and maps the model for whoever attacks it (R084).</summary>
    internal static bool TellsMissingPermission(HttpContext context) =>
        context.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment();
}
