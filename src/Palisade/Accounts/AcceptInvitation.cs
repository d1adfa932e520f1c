using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Passwords;
using Palisade.Passwords.Internal;
using Palisade.Storage;
using Palisade.Tenancy;
using Palisade.Tokens.Internal;

namespace Palisade.Accounts;

/// <summary>An invitation and the password its holder chose.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AcceptInvitationRequest([property: Required, MaxLength(128)] string? Token, [property: Required] string? Password);

/// <summary><c>POST /auth/accept-invitation</c>: the account becomes active; its holder then signs in.</summary>
internal static class AcceptInvitation
{
    private sealed record Invitation(Guid User, TenantId Tenant);

    internal static async Task<IResult> HandleAsync(
        AcceptInvitationRequest request, HttpContext context, PalisadeDatabase database, OneTimeTokens oneTime, NewPasswords newPasswords, PasswordHashes passwords, RoleBook roles,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var (hash, now, facts) = (oneTime.Hash(InviteUser.Purpose, request.Token!), clock.GetUtcNow(), context.Facts());
        PasswordHolder? holder;
        await using (var looking = await database.BeginSystemAsync(facts, cancellationToken))
        {
            // A guess is refused before it costs a hash; the conditional write below is what decides.
            holder = await Holders.FindAsync(
                looking, "JOIN accounts.invitations i ON i.user_id = u.id WHERE i.hash = $1 AND i.accepted_at IS NULL AND i.expires_at > $2", [hash, now], roles, cancellationToken);
        }

        if (holder is null)
        {
            return Problem.InvalidToken400.Result();
        }

        var passwordHash = await passwords.HashAsync(await newPasswords.AcceptAsync(request.Password!, holder, "password", cancellationToken), cancellationToken);
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        var invitation = await work.FirstAsync(
            "UPDATE accounts.invitations SET accepted_at = $2 WHERE hash = $1 AND accepted_at IS NULL AND expires_at > $2 RETURNING user_id, tenant_id",
            [hash, now],
            row => new Invitation(row.GetGuid(0), new TenantId(row.GetGuid(1))),
            cancellationToken);
        if (invitation is null || await UserStore.ActivateAsync(work, invitation.User, passwordHash, now, cancellationToken) != 1)
        {
            return Problem.InvalidToken400.Result();
        }

        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.InvitationAccepted) { Tenant = invitation.Tenant, Actor = invitation.User }.On("user", invitation.User), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
