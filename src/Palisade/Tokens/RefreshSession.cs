using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Sessions;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Tenancy;
using Palisade.Tokens.Internal;

namespace Palisade.Tokens;

/// <summary>A native client's refresh; a browser sends its cookie and no body.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RefreshRequest([property: MaxLength(4096)] string? RefreshToken);

/// <summary>The answer to a refresh.</summary>
internal sealed record Refreshed(string AccessToken, int ExpiresIn, string CsrfToken)
{
    public string TokenType { get; } = "Bearer";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RefreshToken { get; init; }
}

/// <summary><c>POST /auth/refresh</c>: one token in, its successor out, however often and however parallel it is asked.</summary>
/// <remarks>
/// Numbered as it runs:
/// 1. The token's tag says we issued it, and for which session.
/// 2. One conditional statement rotates: only the current hash of a living family matches, so of any number of parallel
///    callers one wins.
/// 3. The losers, and an honest client whose answer was lost, hold the immediate predecessor. Within ten seconds of the
///    rotation they are given the very same successor: it is derived from what they hold.
/// 4. Anything else that carries our tag was spent before: somebody kept a copy. The whole session ends.
/// A crash after the commit of 2 and before the answer is case 3 for the client's next try.
/// </remarks>
internal static class RefreshSession
{
    private sealed record Family(Guid User, TenantId Tenant, int Version);

    internal static async Task<IResult> HandleAsync(
        RefreshRequest? request, HttpContext context, PalisadeDatabase database, RefreshTokens refreshTokens, AccessTokens accessTokens,
        SessionStore sessions, RequestOrigin origin, TokenOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var cookie = context.Request.Cookies[SessionCookies.Refresh];
        var presented = request?.RefreshToken ?? cookie;
        var fromCookie = request?.RefreshToken is null;
        if (!refreshTokens.TryRead(presented, out var session))
        {
            return Problem.SessionExpired.Result();
        }

        if (fromCookie && origin.Of(context.Request) != Origin.Own && !sessions.IsCsrfToken(session, context.Request.Headers["X-CSRF-Token"]))
        {
            return Problem.InvalidCsrfToken.Result();
        }

        var now = clock.GetUtcNow();
        var successor = refreshTokens.Successor(session, presented!);
        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        var family = await RotateAsync(work, session, presented!, successor, now, options, cancellationToken)
            ?? await ReplayAsync(work, session, presented!, successor, now, cancellationToken);
        if (family is null)
        {
            return await RefuseAsync(context, work, sessions, session, presented!, now, cancellationToken);
        }

        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.TokenRefreshed) { Tenant = family.Tenant, Actor = family.User, Session = session }.On("user", family.User), cancellationToken);
        await work.CommitAsync(cancellationToken);
        if (fromCookie)
        {
            SessionCookies.SetRefresh(context, successor, options.RefreshLifetime);
        }

        return Results.Ok(new Refreshed(accessTokens.Issue(family.User, session, family.Version), accessTokens.LifetimeSeconds, sessions.CsrfToken(session))
        {
            RefreshToken = fromCookie ? null : successor,
        });
    }

    private static Task<Family?> RotateAsync(
        UnitOfWork work, Guid session, string presented, string successor, DateTimeOffset now, TokenOptions options, CancellationToken cancellationToken) =>
        work.FirstAsync(
            """
            UPDATE sessions.sessions s
            SET family_generation = family_generation + 1, refresh_previous_hash = refresh_hash, refresh_hash = $3, refreshed_at = $4,
                refresh_ends_at = least($5, s.absolute_ends_at)
            FROM accounts.users u
            WHERE s.id = $1 AND s.refresh_hash = $2 AND s.revoked_at IS NULL AND s.refresh_ends_at > $4 AND s.absolute_ends_at > $4
              AND u.id = s.user_id AND u.status = 'active' AND u.session_version = s.version
            RETURNING s.user_id, s.tenant_id, s.version
            """,
            [session, RefreshTokens.Hash(presented), RefreshTokens.Hash(successor), now, now + options.RefreshLifetime],
            row => new Family(row.GetGuid(0), new TenantId(row.GetGuid(1)), row.GetInt32(2)),
            cancellationToken);

    private static Task<Family?> ReplayAsync(
        UnitOfWork work, Guid session, string presented, string successor, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.FirstAsync(
            """
            SELECT s.user_id, s.tenant_id, s.version
            FROM sessions.sessions s JOIN accounts.users u ON u.id = s.user_id
            WHERE s.id = $1 AND s.refresh_previous_hash = $2 AND s.refresh_hash = $3 AND s.revoked_at IS NULL
              AND s.refreshed_at > $4 AND s.refresh_ends_at > $5 AND u.status = 'active' AND u.session_version = s.version
            """,
            [session, RefreshTokens.Hash(presented), RefreshTokens.Hash(successor), now - TokenOptions.ReplayWindow, now],
            row => new Family(row.GetGuid(0), new TenantId(row.GetGuid(1)), row.GetInt32(2)),
            cancellationToken);

    private static async Task<IResult> RefuseAsync(
        HttpContext context, UnitOfWork work, SessionStore sessions, Guid session, string presented, DateTimeOffset now, CancellationToken cancellationToken)
    {
        SessionCookies.Clear(context);
        var owner = await work.FirstAsync(
            "SELECT user_id, tenant_id, refresh_hash = $2, revoked_at IS NOT NULL FROM sessions.sessions WHERE id = $1",
            [session, RefreshTokens.Hash(presented)],
            row => new { User = row.GetGuid(0), Tenant = new TenantId(row.GetGuid(1)), IsCurrent = row.GetBoolean(2), Revoked = row.GetBoolean(3) },
            cancellationToken);
        if (owner is null || owner.IsCurrent || owner.Revoked)
        {
            return Problem.SessionExpired.Result(); // over in the ordinary way
        }

        await sessions.RevokeAsync(work, session, "token_reused", cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.TokenReused) { Tenant = owner.Tenant, Actor = owner.User, Session = session }.On("user", owner.User).Refused("spent_token"), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Problem.TokenReused.Result();
    }
}
