using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Access.Internal;

/// <summary>Lets a request through to its endpoint when the caller may, and audits it when not.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, RoleBook roles, PalisadeDatabase database, TimeProvider clock)
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
                await next(context);
                return;
            case RequireSignedInAttribute when context.FindCaller() is { } caller:
                await StepUpThenAsync(context, endpoint, caller);
                return;
            case RequirePermissionAttribute { Permission: var permission } when context.FindCaller() is { } caller:
                if (caller.ProbationUntil > clock.GetUtcNow() && roles.IsPrivileged(permission))
                {
                    await DenyAsync(context, caller, permission, "on_probation", Problem.OnProbation);
                    return;
                }

                if (caller.Permissions.Contains(roles.Catalogue.IndexOf(permission)))
                {
                    await StepUpThenAsync(context, endpoint, caller);
                    return;
                }

                await DenyAsync(context, caller, permission, "missing_permission", Problem.Forbidden);
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

    private async Task StepUpThenAsync(HttpContext context, RouteEndpoint endpoint, Caller caller)
    {
        var missing = endpoint.Metadata.GetMetadata<RequireStepUpAttribute>() is { } needed ? StepUp.Missing(context, caller, needed, clock.GetUtcNow()) : null;
        if (missing is null)
        {
            await next(context);
            return;
        }

        await ProblemResponses.WriteAsync(context, missing);
    }

    private async Task DenyAsync(HttpContext context, Caller caller, string permission, string reason, Problem problem)
    {
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), context.RequestAborted);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.AccessDenied) { Details = new Dictionary<string, object?> { ["permission"] = permission } }.Refused(reason),
            context.RequestAborted);
        await work.CommitAsync(context.RequestAborted);
        await ProblemResponses.WriteAsync(context, problem, permission: AccessOptions.TellsMissingPermission(context) ? permission : null);
    }
}

/// <summary>Why the proof a request carried was not taken; told only where the endpoint needs a caller.</summary>
internal sealed record AuthenticationFailure(Problem Problem);
