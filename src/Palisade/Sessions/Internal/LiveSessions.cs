using System.Runtime.InteropServices;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Crypto.Jose;
using Palisade.Tokens;
using Palisade.Tokens.Internal;

namespace Palisade.Sessions.Internal;

/// <summary>A session as this node knows it: the row, the caller it makes, and its use.</summary>
internal sealed record KnownSession(SessionRow Row, Caller Bearer, Activity Activity) : IFollowed
{
    /// <summary>The caller whose proof is the session cookie.</summary>
    public Caller Cookie { get; } = Bearer with { Kind = CallerKind.Cookie };

    /// <summary>For the framework.</summary>
    public ClaimsPrincipal Principal { get; } = new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, Row.User.ToString("D"))], "palisade"));

    Guid IFollowed.Session => Row.Id;

    Guid IFollowed.Account => Row.User;
}

/// <summary>What an access token said when its signature was found right.</summary>
internal sealed record VerifiedToken(Guid Session, Guid User, int Version, DateTimeOffset ExpiresAt, Binding Binding, int KeyStamp) : IFollowed
{
    Guid IFollowed.Session => Session;

    Guid IFollowed.Account => User;
}

/// <summary>Which session a proof stands for: from memory while the node follows what changes, else from PostgreSQL.</summary>
/// <remarks>Memory knows tokens and handles by SHA-256 only, and is bounded. What it lost is read again.</remarks>
internal sealed class LiveSessions(
    SessionStore store, AccessTokens tokens, TokenKeys keys, RevocationStream stream, RecentChanges changes, ActivityWriter writer, RoleBook roles, TimeProvider clock)
{
    private const int Capacity = 100_000;

    private readonly Followed<Digest, VerifiedToken> verified = new(changes, clock, Capacity);
    private readonly Followed<Digest, KnownSession> byHandle = new(changes, clock, Capacity);
    private readonly Followed<Guid, KnownSession> byId = new(changes, clock, Capacity);

    /// <summary>Whether memory may be used at this moment.</summary>
    public bool IsFresh => stream.IsFresh;

    /// <summary>What the token says, or the verdict that refuses it. Whether its session lives is not asked here.</summary>
    public ValueTask<(VerifiedToken? Token, AccessTokenVerdict Verdict)> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(token);
        return stream.IsFresh && verified.Find(digest) is { } known && known.KeyStamp == keys.Stamp && known.ExpiresAt > clock.GetUtcNow()
            ? ValueTask.FromResult<(VerifiedToken?, AccessTokenVerdict)>((known, AccessTokenVerdict.Valid))
            : ReadTokenAsync(digest, token, cancellationToken);
    }

    /// <summary>The session with this id, dead or alive, or <see langword="null"/>.</summary>
    public ValueTask<KnownSession?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        stream.IsFresh && byId.Find(id) is { } known ? ValueTask.FromResult<KnownSession?>(known) : ReadAsync(id, cancellationToken);

    /// <summary>The session this handle opens, dead or alive, or <see langword="null"/>.</summary>
    public ValueTask<KnownSession?> FindByHandleAsync(string handle, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(handle);
        return stream.IsFresh && byHandle.Find(digest) is { } known ? ValueTask.FromResult<KnownSession?>(known) : ReadByHandleAsync(digest, handle, cancellationToken);
    }

    /// <summary>The session as PostgreSQL has it now.</summary>
    public async ValueTask<KnownSession?> ReadAsync(Guid id, CancellationToken cancellationToken)
    {
        var here = changes.Here;
        return await store.FindAsync(id, cancellationToken) is { } row ? Keep(row, here) : null;
    }

    /// <summary>The session was found to be over by time.</summary>
    public Task ExpireAsync(Guid session, RequestFacts facts, CancellationToken cancellationToken) => store.ExpireAsync(session, facts, cancellationToken);

    /// <summary>Remembers that the session was used. Written later, in a batch; at once when another node might otherwise take it for idle.</summary>
    public ValueTask UseAsync(KnownSession session, Use use, CancellationToken cancellationToken)
    {
        session.Activity.Remember(use);
        writer.Remember(session.Activity);
        return use.At - session.Activity.Written > session.Row.Idle / 2 ? new ValueTask(writer.WriteAsync(cancellationToken)) : ValueTask.CompletedTask;
    }

    private async ValueTask<(VerifiedToken? Token, AccessTokenVerdict Verdict)> ReadTokenAsync(Digest digest, string token, CancellationToken cancellationToken)
    {
        var (here, stamp) = (changes.Here, keys.Stamp);
        var read = await tokens.ReadAsync(token, cancellationToken);
        if (!read.IsValid || !Guid.TryParseExact(read.Claims.SessionId, "D", out var session) || !Guid.TryParseExact(read.Claims.Subject, "D", out var user))
        {
            return (null, read.Verdict);
        }

        var found = new VerifiedToken(session, user, read.Claims.Version, read.Claims.ExpiresAt, Binding.Of(read.Claims), stamp);
        verified.Keep(digest, found, here);
        return (found, read.Verdict);
    }

    private async ValueTask<KnownSession?> ReadByHandleAsync(Digest digest, string handle, CancellationToken cancellationToken)
    {
        var here = changes.Here;
        if (await store.FindByHandleAsync(SessionStore.HashHandle(handle), cancellationToken) is not { } row)
        {
            return null;
        }

        var known = Keep(row, here);
        byHandle.Keep(digest, known, here);
        return known;
    }

    private KnownSession Keep(SessionRow row, RecentChanges.Place here)
    {
        // A role that no preset has any more allows nothing: refused, not guessed.
        var permissions = roles.Find(row.Role)?.Permissions ?? default;
        var level = Enum.TryParse<AuthenticationLevel>(row.Level, ignoreCase: true, out var known) ? known : AuthenticationLevel.Password;
        var caller = new Caller(row.User, row.Tenant, row.Role, permissions, row.Id, level, CallerKind.Bearer)
        {
            AuthenticatedAt = row.AuthenticatedAt,
            ProbationUntil = row.ProbationUntil,
        };
        var activity = byId.Find(row.Id)?.Activity ?? writer.Pending(row.Id) ?? new Activity(row.Id, row.LastSeenAt);
        activity.WrittenUpTo(row.LastSeenAt);
        var session = new KnownSession(row, caller, activity);
        byId.Keep(row.Id, session, here);
        return session;
    }

    /// <summary>SHA-256 of a credential: what memory knows it by.</summary>
    private readonly record struct Digest(UInt128 High, UInt128 Low)
    {
        public static Digest Of(string credential)
        {
            Span<byte> utf8 = stackalloc byte[Math.Min(Encoding.UTF8.GetMaxByteCount(credential.Length), 16 * 1024)];
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(credential, utf8)], hash);
            var halves = MemoryMarshal.Cast<byte, UInt128>(hash);
            return new Digest(halves[0], halves[1]);
        }
    }
}
