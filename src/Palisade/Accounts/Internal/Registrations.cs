using System.Text.Json;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Messaging;
using Palisade.Storage;
using Palisade.Tenancy;
using Palisade.Tokens.Internal;
using Palisade.Validation;

namespace Palisade.Accounts.Internal;

/// <summary>What somebody typed who wants an account; the password only as its hash.</summary>
internal sealed record Applicant(string Email, string Name, string Company, string PasswordHash);

/// <summary>Accounts that wait for their address to be shown to be theirs.</summary>
/// <remarks>
/// <code>
///     nothing --register--> waiting --the mailed link--> active
///                            |  ^                        (the password and names that were typed with that link)
///             link is over, 7 days   register again, after <see cref="AccountOptions.RegistrationPause"/>: a new link, the old one is dead
///                            v
///                         nothing
/// </code>
/// </remarks>
internal sealed class Registrations(OneTimeTokens tokens, Outbox outbox, RoleBook roles, AccountOptions options, TimeProvider clock)
{
    private const string Purpose = "verify-email";

    private sealed record Waiting(Guid User, TenantId Tenant, string Name, string Company, string PasswordHash);

    /// <summary>Takes a registration, or tells the owner of the address that somebody tried.</summary>
    public async Task TakeAsync(UnitOfWork work, Applicant applicant, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        _ = EmailAddress.TryParse(applicant.Email, out var email, out _);
        var tenant = new TenantId(Guid.CreateVersion7(now));
        var role = roles.Find(options.RegistrationRole) ?? throw new InvalidOperationException($"There is no role '{options.RegistrationRole}' to register with.");
        var user = new UserAccount(
            Guid.CreateVersion7(now), tenant, email.Value, email.Key, applicant.Name, role.Name, "pending", null, 1, now, null);

        // The company is undone where the address turns out to be taken; the unique index says so, not a look before.
        await work.Transaction.SaveAsync("registering", cancellationToken);
        await work.ExecuteAsync("INSERT INTO tenancy.tenants (id, name, created_at) VALUES ($1, $2, $3)", [tenant.Value, applicant.Company, now], cancellationToken);
        if (!await UserStore.TryAddAsync(work, user, null, cancellationToken))
        {
            await work.Transaction.RollbackAsync("registering", cancellationToken);
            user = (await UserStore.FindByEmailAsync(work, email.Key, cancellationToken))!;
        }

        if (await OfferAsync(work, user, applicant, cancellationToken))
        {
            await work.RecordAsync(new SecurityEvent(SecurityEvents.Registration) { Tenant = user.Tenant, Actor = user.Id }.On("user", user.Id), cancellationToken);
        }
        else
        {
            if (user.Status != "pending")
            {
                await outbox.SendAsync(work, Messages.AddressAlreadyRegistered(user.Recipient, Occasion.Of(work.Facts, now)), cancellationToken);
            }

            await work.RecordAsync(
                new SecurityEvent(SecurityEvents.Registration) { Tenant = user.Tenant }.On("user", user.Id).Refused(user.Status == "pending" ? "already_waiting" : "address_taken"),
                cancellationToken);
        }
    }

    /// <summary>Mails a waiting account's link again; nothing happens for any other address.</summary>
    public async Task RemindAsync(UnitOfWork work, EmailAddress email, CancellationToken cancellationToken)
    {
        if (email.Key is not null && await UserStore.FindByEmailAsync(work, email.Key, cancellationToken) is { Status: "pending" } user)
        {
            await OfferAsync(work, user, null, cancellationToken);
        }
    }

    /// <summary>The mailed link: single use, so of any number of parallel callers one gets <see langword="true"/>.</summary>
    public async Task<bool> ConfirmAsync(UnitOfWork work, string token, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var waiting = await work.FirstAsync(
            """
            DELETE FROM accounts.registrations WHERE token_hash = $1 AND expires_at > $2
            RETURNING user_id, tenant_id, name, company, password_hash
            """,
            [tokens.Hash(Purpose, token), now],
            row => new Waiting(row.GetGuid(0), new TenantId(row.GetGuid(1)), row.GetString(2), row.GetString(3), row.GetString(4)),
            cancellationToken);
        if (waiting is null || await UserStore.ActivateAsync(work, waiting.User, waiting.PasswordHash, now, cancellationToken) != 1)
        {
            return false;
        }

        await work.ExecuteAsync("UPDATE accounts.users SET name = $2 WHERE id = $1", [waiting.User, waiting.Name], cancellationToken);
        await work.ExecuteAsync("UPDATE tenancy.tenants SET name = $2 WHERE id = $1", [waiting.Tenant.Value, waiting.Company], cancellationToken);
        await work.RecordAsync(new SecurityEvent(SecurityEvents.EmailVerified) { Tenant = waiting.Tenant, Actor = waiting.User }.On("user", waiting.User), cancellationToken);
        return true;
    }

    /// <summary>Removes registrations whose link has been over for a week, with the company each would have made.</summary>
    public async Task<int> SweepAsync(UnitOfWork work, int most, CancellationToken cancellationToken)
    {
        var tenants = await work.ListAsync(
            """
            DELETE FROM accounts.users WHERE id IN (
                SELECT user_id FROM accounts.registrations WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED) AND status = 'pending'
            RETURNING tenant_id
            """,
            [clock.GetUtcNow() - TimeSpan.FromDays(7), most],
            row => row.GetGuid(0),
            cancellationToken);
        await work.ExecuteAsync("DELETE FROM tenancy.tenants WHERE id = ANY ($1)", [tenants.ToArray()], cancellationToken);
        return tenants.Count;
    }

    /// <summary>A link for a waiting account, and the mail that carries it; not more often than the pause allows. <see langword="false"/>: none was offered.</summary>
    private async Task<bool> OfferAsync(UnitOfWork work, UserAccount user, Applicant? applicant, CancellationToken cancellationToken)
    {
        var (token, hash) = tokens.Create(Purpose);
        var now = clock.GetUtcNow();
        await work.Transaction.SaveAsync("offering", cancellationToken);
        var offered = user.Status == "pending" && await work.ExecuteAsync(
            applicant is null
                ? "UPDATE accounts.registrations SET token_hash = $2, requested_at = $3, expires_at = $4 WHERE user_id = $1 AND requested_at <= $5"
                : """
                  INSERT INTO accounts.registrations (user_id, token_hash, requested_at, expires_at, tenant_id, name, company, password_hash)
                  SELECT $1, $2, $3, $4, $6, $7, $8, $9 WHERE NOT EXISTS (SELECT FROM accounts.invitations WHERE user_id = $1)
                  ON CONFLICT (user_id) DO UPDATE
                  SET token_hash = excluded.token_hash, requested_at = excluded.requested_at, expires_at = excluded.expires_at,
                      name = excluded.name, company = excluded.company, password_hash = excluded.password_hash
                  WHERE registrations.requested_at <= $5
                  """,
            applicant is null
                ? [user.Id, hash, now, now + options.VerificationLifetime, now - options.RegistrationPause]
                : [user.Id, hash, now, now + options.VerificationLifetime, now - options.RegistrationPause, user.Tenant.Value, applicant.Name, applicant.Company, applicant.PasswordHash],
            cancellationToken) == 1;
        if (offered && !await outbox.SendAsync(work, Messages.VerifyEmail(user.Recipient, token, options.VerificationLifetime), cancellationToken))
        {
            // The mailbox had enough of them within the hour: the link that was mailed last stays good.
            await work.Transaction.RollbackAsync("offering", cancellationToken);
            return false;
        }

        return offered;
    }
}

/// <summary>Somebody wants an account.</summary>
internal sealed class RegistrationWish(Registrations registrations) : IWish
{
    internal const string Name = "register";

    public string Kind => Name;

    public Task FulfilAsync(UnitOfWork work, JsonElement wish, CancellationToken cancellationToken) =>
        registrations.TakeAsync(work, wish.Deserialize<Applicant>(JsonSerializerOptions.Web)!, cancellationToken);
}

/// <summary>Somebody waits for the link of their registration.</summary>
internal sealed class ReminderWish(Registrations registrations) : IWish
{
    internal const string Name = "remind";

    public string Kind => Name;

    public Task FulfilAsync(UnitOfWork work, JsonElement wish, CancellationToken cancellationToken)
    {
        _ = EmailAddress.TryParse(wish.GetString(), out var email, out _);
        return registrations.RemindAsync(work, email, cancellationToken);
    }
}
