using System.Collections;
using System.Collections.Frozen;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Palisade.Validation.Internal;

namespace Palisade.Validation;

/// <summary>The front door of validation: one line on a group checks every endpoint in it.</summary>
public static class ValidationExtensions
{
    /// <summary>Checks the query and every argument that has rules before the handler runs.</summary>
    /// <remarks>
    /// What is refused ends as <see cref="InvalidRequestException"/>. Put it on the outermost group, so that no other filter runs
    /// before it. A query name given more than once is refused unless the handler has a list parameter of that name.
    /// </remarks>
    public static TBuilder ValidatesRequests<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new RequestsAreValidated()));
        return builder.AddEndpointFilterFactory((handler, next) =>
        {
            var parameters = handler.MethodInfo.GetParameters();
            var services = handler.ApplicationServices.GetService<IServiceProviderIsService>();
            var ruled = Enumerable.Range(0, parameters.Length)
                .Where(index => services?.IsService(parameters[index].ParameterType) is not true)
                .Where(index => RequestRules.HasRules(parameters[index].ParameterType))
                .ToArray();
            var lists = NamesOfLists(parameters).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
            return context =>
            {
                ThrowIfRefused(context, ruled, lists);
                return next(context);
            };
        });
    }

    private static void ThrowIfRefused(EndpointFilterInvocationContext context, int[] ruled, FrozenSet<string> lists)
    {
        var findings = new Findings();
        if (context.HttpContext.Request.QueryString.HasValue)
        {
            QueryRules.Check(context.HttpContext.Request.Query, lists, findings);
        }
        foreach (var index in ruled)
        {
            if (context.Arguments[index] is { } argument)
            {
                RequestPlan.Of(argument.GetType()).Check(argument, "", findings, depth: 0);
            }
        }
        if (findings.Errors.Count > 0)
        {
            throw new InvalidRequestException(findings.Errors);
        }
    }

    private static string[] NamesOfLists(ParameterInfo[] parameters) =>
    [
        .. parameters.Where(parameter => IsList(parameter.ParameterType)).Select(parameter => NameOf(parameter, parameter.Name!)),
        .. parameters.Where(parameter => parameter.GetCustomAttribute<AsParametersAttribute>() is not null)
            .SelectMany(parameter => parameter.ParameterType.GetProperties())
            .Where(property => IsList(property.PropertyType))
            .Select(property => NameOf(property, property.Name)),
    ];

    private static bool IsList(Type type) =>
        type == typeof(StringValues) || (type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)));

    private static string NameOf(ICustomAttributeProvider source, string name) =>
        source.GetCustomAttributes(inherit: true).OfType<IFromQueryMetadata>().FirstOrDefault()?.Name ?? name;
}

/// <summary>On the metadata of every endpoint whose requests are checked, for tests that look for one that is not.</summary>
public sealed class RequestsAreValidated;
