using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Access.Internal;

/// <summary>Lets a request through to its endpoint when the caller may, and audits it when not.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, RoleBook roles, PalisadeDatabase database)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // What is no route is routing's own refusal, 405 or 415: it has nothing to guard.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(context);
            return;
        }

        switch (endpoint.Metadata.GetMetadata<IAccessDeclaration>())
        {
            case OpenToAnyoneAttribute:
            case RequireSignedInAttribute when context.FindCaller() is not null:
                await next(context);
                return;
            case RequirePermissionAttribute { Permission: var permission } when context.FindCaller() is { } caller:
                if (caller.Permissions.Contains(roles.Catalogue.IndexOf(permission)))
                {
                    await next(context);
                    return;
                }

                await DenyAsync(context, caller, permission);
                return;
            case RequireSignedInAttribute or RequirePermissionAttribute:
                await ProblemResponses.WriteAsync(context, context.Features.Get<AuthenticationFailure>()?.Problem ?? Problem.Unauthenticated);
                return;
            default:
                // The start would have stopped on this; an endpoint that appeared since gets the same refusal.
                await ProblemResponses.WriteAsync(context, Problem.Forbidden);
                return;
        }
    }

    private async Task DenyAsync(HttpContext context, Caller caller, string permission)
    {
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), context.RequestAborted);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.AccessDenied) { Details = new Dictionary<string, object?> { ["permission"] = permission } }.Refused("missing_permission"),
            context.RequestAborted);
        await work.CommitAsync(context.RequestAborted);
        await ProblemResponses.WriteAsync(context, Problem.Forbidden, permission: AccessOptions.TellsMissingPermission(context) ? permission : null);
    }
}

/// <summary>Why the proof a request carried was not taken; told only where the endpoint needs a caller.</summary>
internal sealed record AuthenticationFailure(Problem Problem);
