using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>What is to change; what is absent stays.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UpdateUserRequest(
    [property: PersonName] string? Name,
    [property: MaxLength(50)] string? Role,
    [property: AllowedValues("active", "locked", "disabled", null)] string? Status);

/// <summary><c>PATCH /api/admin/users/{id}</c>: name, role and state of a colleague's account (R002, R005, R012).</summary>
/// <remarks>
/// Nobody touches their own role or state, or an account that ranks as high as their own; the highest may, among themselves.
/// Two who demote each other at the same moment stand in line at their company's row, so that one of them stays. A new role or
/// state ends every session of the account when this commits.
/// </remarks>
internal static class UpdateUser
{
    internal static async Task<IResult> HandleAsync(
        Guid id, UpdateUserRequest request, HttpContext context, PalisadeDatabase database, SessionStore sessions, RoleBook roles, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        if (request.Role is not null && roles.Find(request.Role) is null)
        {
            throw new InvalidRequestException([new FieldError("role", "unknown", "There is no such role.")]);
        }

        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        if (await Administration.FindAsync(work, caller, roles, id, cancellationToken) is not { } user)
        {
            return Problem.NotFound.Result();
        }

        var wanted = user with { Name = request.Name ?? user.Name, Role = request.Role ?? user.Role, Status = request.Status ?? user.Status };
        var changesStanding = wanted.Role != user.Role || wanted.Status != user.Status;
        if (!Administration.MayChange(caller, roles, user, roles.Find(wanted.Role), changesStanding))
        {
            return await Administration.RefuseAsync(work, user.Id, cancellationToken);
        }

        if (wanted.Status != user.Status && user.Status == "pending")
        {
            // Only its holder makes it active; what has never been active is taken back by letting the invitation end.
            throw new InvalidRequestException([new FieldError("status", "not_allowed", "The account waits for its holder.")]);
        }

        if (wanted == user)
        {
            return Results.Ok(UserView.Of(user));
        }

        await UserStore.UpdateAsync(work, user, wanted, clock.GetUtcNow(), cancellationToken);
        if (changesStanding)
        {
            await sessions.EndAllAsync(work, user.Id, wanted.Status == "active" ? "role_changed" : $"account_{wanted.Status}", null, cancellationToken);
        }

        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.UserUpdated) { Before = Standing(user, wanted), After = Standing(wanted, user) }.On("user", user.Id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.Ok(UserView.Of(wanted));
    }

    private static Dictionary<string, object?> Standing(UserAccount user, UserAccount other)
    {
        var told = new Dictionary<string, object?>();
        if (user.Name != other.Name)
        {
            told["name"] = "***";
        }

        if (user.Role != other.Role)
        {
            told["role"] = user.Role;
        }

        if (user.Status != other.Status)
        {
            told["status"] = user.Status;
        }

        return told;
    }
}
