using Npgsql;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Messaging;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Tenancy;
using Palisade.Tokens.Internal;

namespace Palisade.Mfa.Internal;

/// <summary>A recovery under way, as much as who asked for it is told.</summary>
internal sealed record Recovery(Guid Id, string Kind, bool NeedsApproval, bool Approved, DateTimeOffset ReadyAt)
{
    /// <summary>Whether nothing is left to wait for.</summary>
    public bool IsReady(DateTimeOffset now) => ReadyAt <= now && (!NeedsApproval || Approved);
}

/// <summary>The replacement of a lost factor: never at once, never in silence, and for administrators never by one person alone.</summary>
/// <remarks>
/// <code>
///     none --asked (password was right, or an administrator)--> waiting: everybody told, with a way to object
///       waiting --the mailed objection, or the factor shown after all--> cancelled
///       waiting --a second administrator--> rejected, or approved and still waiting
///       waiting --its time is over and it was approved where it must be; asked again: token mailed; token and password--> completed
///       waiting --a week after its time--> expired
///     completed: no factor, no session; the next sign-in enrols --first code--> on probation --time--> over
/// </code>
/// Each arrow is one conditional statement in the transaction of its event.
/// </remarks>
internal sealed class Recoveries(OneTimeTokens tokens, Outbox outbox, SessionStore sessions, RoleBook roles, MfaOptions options, TimeProvider clock)
{
    private const string Objecting = "recovery/object";
    private const string Completing = "recovery/complete";

    private static readonly TimeSpan GoodForAfterwards = TimeSpan.FromDays(7);
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);

    private sealed record Affected(Guid User, TenantId Tenant);

    /// <summary>The recovery under way, or <see langword="null"/>.</summary>
    public Task<Recovery?> FindAsync(UnitOfWork work, Guid user, CancellationToken cancellationToken) =>
        work.FirstAsync(
            "SELECT id, kind, needs_approval, approved_by IS NOT NULL, ready_at FROM mfa.recoveries WHERE user_id = $1 AND state = 'waiting' AND ends_at > $2",
            [user, clock.GetUtcNow()],
            row => new Recovery(row.GetGuid(0), row.GetString(1), row.GetBoolean(2), row.GetBoolean(3), row.GetFieldValue<DateTimeOffset>(4)),
            cancellationToken);

    /// <summary>Begins one, unless one is under way. The account's own holder waits; an administrator's wish also needs a second one.</summary>
    /// <exception cref="Palisade.Hardening.ProblemException">The holder cannot be told: 429.</exception>
    public async Task<Recovery?> TryBeginAsync(UnitOfWork work, UserAccount user, Guid requestedBy, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var isAdmin = roles.Find(user.Role) is not { Class: not RoleClass.Admin };
        var kind = requestedBy == user.Id ? "self" : "administrator";
        var wait = isAdmin ? options.AdminRecoveryWait : options.RecoveryWait;
        var begun = new Recovery(Guid.CreateVersion7(now), kind, isAdmin || kind == "administrator", Approved: false, now + wait);
        var (objection, objectionHash) = tokens.Create(Objecting);
        await work.ExecuteAsync("UPDATE mfa.recoveries SET state = 'expired' WHERE user_id = $1 AND state = 'waiting' AND ends_at <= $2", [user.Id, now], cancellationToken);
        if (await work.ExecuteAsync(
            """
            INSERT INTO mfa.recoveries (id, tenant_id, user_id, kind, requested_by, state, needs_approval, created_at, ready_at, ends_at, object_hash)
            VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8, $9, $10) ON CONFLICT (user_id) WHERE state = 'waiting' DO NOTHING
            """,
            [begun.Id, user.Tenant.Value, user.Id, kind, requestedBy, begun.NeedsApproval, now, begun.ReadyAt, begun.ReadyAt + GoodForAfterwards, objectionHash],
            cancellationToken) == 0)
        {
            return null;
        }

        await outbox.SendOrRefuseAsync(work, Messages.RecoveryRequested(user.Recipient, objection, wait, Occasion.Of(work.Facts, now)), cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.RecoveryRequested)
            {
                Tenant = user.Tenant,
                Actor = requestedBy,
                Details = new Dictionary<string, object?> { ["recovery"] = begun.Id, ["kind"] = kind, ["needsApproval"] = begun.NeedsApproval, ["readyAt"] = begun.ReadyAt },
            }.On("user", user.Id),
            cancellationToken);
        return begun;
    }

    /// <summary>Mails the token that completes a recovery which has nothing left to wait for. An earlier token is dead.</summary>
    public async Task MailTokenAsync(UnitOfWork work, UserAccount user, Recovery recovery, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (token, hash) = tokens.Create(Completing);
        // Where the mailbox had its mails of this hour already, the token that is there stays good.
        if (await outbox.SendAsync(work, Messages.RecoveryReady(user.Recipient, token, TokenLife, Occasion.Of(work.Facts, now)), cancellationToken))
        {
            await work.ExecuteAsync(
                "UPDATE mfa.recoveries SET complete_hash = $2, complete_until = $3 WHERE id = $1 AND state = 'waiting'", [recovery.Id, hash, now + TokenLife], cancellationToken);
        }
    }

    /// <summary>Whose recovery a token would complete now; it is not used up.</summary>
    public Task<UserAccount?> FindOwnerAsync(UnitOfWork work, string token, CancellationToken cancellationToken) =>
        FindOwnerAsync(work, $"SELECT user_id, tenant_id FROM mfa.recoveries WHERE {MayComplete}", token, cancellationToken);

    /// <summary>Uses the token up: of any number of parallel callers one takes the factors away, ends every session and tells the account's holder.</summary>
    public async Task<UserAccount?> TryCompleteAsync(UnitOfWork work, string token, CancellationToken cancellationToken)
    {
        var user = await FindOwnerAsync(
            work, $"UPDATE mfa.recoveries SET state = 'completed', completed_at = $2, complete_hash = NULL WHERE {MayComplete} RETURNING user_id, tenant_id", token, cancellationToken);
        if (user is not null)
        {
            await RemoveFactorsAsync(work, user, "self", cancellationToken);
        }

        return user;
    }

    /// <summary>The way in for who stands at the machine: no waiting, no second person, and everything told and recorded all the same.</summary>
    public async Task BreakGlassAsync(UnitOfWork work, UserAccount user, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await work.ExecuteAsync("UPDATE mfa.recoveries SET state = 'cancelled' WHERE user_id = $1 AND state = 'waiting'", [user.Id], cancellationToken);
        await work.ExecuteAsync(
            """
            INSERT INTO mfa.recoveries (id, tenant_id, user_id, kind, state, needs_approval, created_at, ready_at, ends_at, completed_at)
            VALUES ($1, $2, $3, 'machine', 'completed', false, $4, $4, $4, $4)
            """,
            [Guid.CreateVersion7(now), user.Tenant.Value, user.Id, now],
            cancellationToken);
        await RemoveFactorsAsync(work, user, "machine", cancellationToken);
    }

    /// <summary>Stops a recovery by the link that was mailed when it began. Somebody knows the password: every session ends.</summary>
    public async Task<bool> TryObjectAsync(UnitOfWork work, string token, CancellationToken cancellationToken)
    {
        var stopped = await work.FirstAsync(
            "UPDATE mfa.recoveries SET state = 'cancelled' WHERE object_hash = $1 AND state = 'waiting' RETURNING user_id, tenant_id", [tokens.Hash(Objecting, token)], Read, cancellationToken);
        if (stopped is null)
        {
            return false;
        }

        await sessions.EndAllAsync(work, stopped.User, "recovery_objected", null, cancellationToken);
        await RecordStoppedAsync(work, stopped, "objected", cancellationToken);
        return true;
    }

    /// <summary>Stops a recovery because a factor was shown after all: it is not lost.</summary>
    public static async Task StopAsync(UnitOfWork work, UserAccount user, CancellationToken cancellationToken)
    {
        if (await work.FirstAsync(
            "UPDATE mfa.recoveries SET state = 'cancelled' WHERE user_id = $1 AND state = 'waiting' RETURNING user_id, tenant_id", [user.Id], Read, cancellationToken) is { } stopped)
        {
            await RecordStoppedAsync(work, stopped, "factor_shown", cancellationToken);
        }
    }

    /// <summary>The first factor after a recovery: from now on it is on probation. Answers until when, or <see langword="null"/> when none was recovered.</summary>
    public async Task<DateTimeOffset?> BeginProbationAsync(UnitOfWork work, Guid user, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + options.Probation;
        return await work.ExecuteAsync(
            "UPDATE mfa.recoveries SET probation_until = $2 WHERE user_id = $1 AND state = 'completed' AND probation_until IS NULL", [user, until], cancellationToken) > 0 ? until : null;
    }

    private const string MayComplete =
        "complete_hash = $1 AND complete_until > $2 AND state = 'waiting' AND ready_at <= $2 AND (NOT needs_approval OR approved_by IS NOT NULL)";

    private async Task<UserAccount?> FindOwnerAsync(UnitOfWork work, string sql, string token, CancellationToken cancellationToken) =>
        await work.FirstAsync(sql, [tokens.Hash(Completing, token), clock.GetUtcNow()], Read, cancellationToken) is { } owner
            ? await UserStore.FindAsync(work, owner.User, cancellationToken)
            : null;

    private async Task RemoveFactorsAsync(UnitOfWork work, UserAccount user, string kind, CancellationToken cancellationToken)
    {
        await Factors.RemoveAllAsync(work, user.Id, cancellationToken);
        await sessions.EndAllAsync(work, user.Id, "recovered", null, cancellationToken);
        await outbox.SendAsync(work, Messages.RecoveryCompleted(user.Recipient, Occasion.Of(work.Facts, clock.GetUtcNow())), cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.RecoveryCompleted) { Tenant = user.Tenant, Actor = kind == "self" ? user.Id : null, Details = new Dictionary<string, object?> { ["kind"] = kind } }.On("user", user.Id),
            cancellationToken);
    }

    private static async Task RecordStoppedAsync(UnitOfWork work, Affected stopped, string why, CancellationToken cancellationToken) =>
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.RecoveryStopped) { Tenant = stopped.Tenant, Actor = stopped.User, Details = new Dictionary<string, object?> { ["why"] = why } }.On("user", stopped.User),
            cancellationToken);

    private static Affected Read(NpgsqlDataReader row) => new(row.GetGuid(0), new TenantId(row.GetGuid(1)));
}
