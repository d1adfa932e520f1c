using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Storage;
using Palisade.Tenancy;
using Palisade.Tokens.Internal;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>An invitation and the password its holder chose.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AcceptInvitationRequest([property: Required, MaxLength(128)] string? Token, [property: Required] string? Password) : IHasRules
{
    public IEnumerable<FieldError> Rules() => Password is null ? [] : PasswordPolicy.Check(Password, "password");
}

/// <summary><c>POST /auth/accept-invitation</c>: the account becomes active; its holder then signs in.</summary>
internal static class AcceptInvitation
{
    private sealed record Invitation(Guid User, TenantId Tenant);

    internal static async Task<IResult> HandleAsync(
        AcceptInvitationRequest request, HttpContext context, PalisadeDatabase database, OneTimeTokens oneTime, Passwords passwords, TimeProvider clock, CancellationToken cancellationToken)
    {
        var password = PasswordPolicy.Parse(request.Password!, "password");

        var (hash, now, facts) = (oneTime.Hash(InviteUser.Purpose, request.Token!), clock.GetUtcNow(), context.Facts());
        await using (var looking = await database.BeginSystemAsync(facts, cancellationToken))
        {
            // A guess is refused before it costs a hash; the conditional write below is what decides.
            await using var good = looking.Command(
                "SELECT EXISTS (SELECT FROM accounts.invitations WHERE hash = $1 AND accepted_at IS NULL AND expires_at > $2)", hash, now);
            if (await good.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return Problem.InvalidToken400.Result();
            }
        }

        var passwordHash = await passwords.HashAsync(password, cancellationToken);
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
