using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Surface;

/// <summary>One method of one mapped route, as the running instance has it: what is mapped tomorrow is tested tomorrow.</summary>
public sealed record MappedRoute(string Method, string Template, RouteEndpoint Endpoint)
{
    /// <summary>Every route of the instance, in the order of its templates. HEAD is GET without its body, and is left out.</summary>
    public static IReadOnlyList<MappedRoute> AllOf(CrmInstance crm) =>
    [
        .. crm.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Where(method => method != "HEAD")
                .Select(method => new MappedRoute(method, "/" + endpoint.RoutePattern.RawText!.Trim('/'), endpoint)))
            .OrderBy(route => route.Template, StringComparer.Ordinal).ThenBy(route => route.Method, StringComparer.Ordinal),
    ];

    /// <summary>The permission it needs, or null.</summary>
    public string? Permission => Endpoint.Metadata.GetMetadata<RequirePermissionAttribute>()?.Permission;

    /// <summary>Whether it answers a person with a page, and not a program with JSON.</summary>
    public bool IsPage => Template == "/" || Template.StartsWith("/console", StringComparison.Ordinal);

    /// <summary>Whether a stranger may call it.</summary>
    public bool IsOpen => Endpoint.Metadata.GetMetadata<OpenToAnyoneAttribute>() is not null;

    /// <summary>The type its JSON body is bound to, or null when it takes none.</summary>
    public Type? Body => Endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is { RequestType: { } type } ? type : null;

    /// <summary>The path, with each parameter replaced.</summary>
    public string Path(string parameter) => Regex.Replace(Template, "[{][^}]*[}]", parameter, RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>The path of something that is not there.</summary>
    public string PathToNothing => Path("01900000-0000-7000-8000-000000000000");

    /// <summary>Whether the path names one thing.</summary>
    public bool HasParameter => Template.Contains('{', StringComparison.Ordinal);

    public override string ToString() => $"{Method} {Template}";
}
