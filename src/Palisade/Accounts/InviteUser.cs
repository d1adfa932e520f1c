using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Messaging;
using Palisade.Storage;
using Palisade.Tokens.Internal;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>A colleague to invite.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record InviteUserRequest(
    [property: Required, Email] string? Email,
    [property: Required, PersonName] string? Name,
    [property: Required, MaxLength(50)] string? Role);

/// <summary>The account, waiting for its holder; the invitation is shown this once.</summary>
internal sealed record InvitedUser(Guid Id, string Email, string Name, string Role, string Status, string Invitation);

/// <summary><c>POST /api/admin/users</c>: creates an account without a password and a one-time invitation to choose one.</summary>
/// <remarks>Nobody hands out a role that ranks as high as their own, except the highest, who make their peers (R079, R095).</remarks>
internal static class InviteUser
{
    internal const string Purpose = "invitation";

    internal static async Task<IResult> HandleAsync(
        InviteUserRequest request, HttpContext context, PalisadeDatabase database, OneTimeTokens oneTime, Outbox outbox, RoleBook roles, AccountOptions options, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        if (roles.Find(request.Role) is not { } role)
        {
            throw new InvalidRequestException([new FieldError("role", "unknown", "There is no such role.")]);
        }

        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        if (!roles.MayGrant(caller, role))
        {
            await work.RecordAsync(
                new SecurityEvent(SecurityEvents.AccessDenied) { Details = new Dictionary<string, object?> { ["role"] = role.Name } }.Refused("role_ceiling"), cancellationToken);
            await work.CommitAsync(cancellationToken);
            return Problem.Forbidden.Result();
        }

        var email = EmailAddress.Parse(request.Email!);
        var now = clock.GetUtcNow();
        var user = new UserAccount(Guid.CreateVersion7(now), caller.Tenant, email.Value, email.Key, request.Name!, role.Name, "pending", null, 1, now, null);
        if (!await UserStore.TryAddAsync(work, user, caller.User, cancellationToken))
        {
            return Problem.AlreadyExists.Result();
        }

        var (token, hash) = oneTime.Create(Purpose);
        await work.ExecuteAsync(
            "INSERT INTO accounts.invitations (hash, tenant_id, user_id, expires_at) VALUES ($1, $2, $3, $4)",
            [hash, caller.Tenant.Value, user.Id, now + options.InvitationLifetime],
            cancellationToken);
        await outbox.SendAsync(work, Messages.Invitation(user.Recipient, token, options.InvitationLifetime), cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.UserCreated) { After = new Dictionary<string, object?> { ["role"] = role.Name, ["status"] = user.Status } }.On("user", user.Id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.Created($"/api/admin/users/{user.Id:D}", new InvitedUser(user.Id, user.Email, user.Name, user.Role, user.Status, token));
    }
}
