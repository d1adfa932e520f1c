using System.Diagnostics;
using System.Text;
using Npgsql;
using Palisade.Audit;
using Palisade.Crypto.Secrets;
using Palisade.Storage;

namespace Palisade.Accounts.Internal;

/// <summary>How a reserved attempt ended.</summary>
internal enum AttemptOutcome
{
    /// <summary>The secret was wrong.</summary>
    Failed,

    /// <summary>It was right, and more is owed: the failures before it stand.</summary>
    Released,

    /// <summary>The sign-in is complete: the failures before it are forgotten.</summary>
    Succeeded,
}

/// <summary>Whether an attempt may be made.</summary>
internal enum AttemptVerdict
{
    Reserved,
    Locked,
    Busy,
}

/// <summary>The right to try one secret once.</summary>
internal sealed class Attempt(byte[] lane, DateTimeOffset diesAt, Action release) : IDisposable
{
    private Action? release = release;

    public byte[] Lane { get; } = lane;

    public DateTimeOffset DiesAt { get; } = diesAt;

    /// <summary>Lets the next local caller of this lane go on. What the database counts is for the lane's settling.</summary>
    public void Dispose() => Interlocked.Exchange(ref release, null)?.Invoke();
}

/// <summary>Reserve first, verify later: the limit on guesses holds however many arrive at once, on however many nodes.</summary>
/// <remarks>
/// The database holds the count. Inside one process, callers of a lane also stand in line here, so that five hundred parallel
/// guesses are one queue and not five hundred polls. An attempt that is never settled (its process died, or its transaction
/// failed) counts as a failure after <see cref="AccountOptions.AttemptDiesAfter"/>: a crash is no free guess.
/// </remarks>
internal sealed class AttemptLanes(PalisadeDatabase database, TimeProvider clock, AccountOptions options, LaneKey key)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(40);

    private readonly Dictionary<string, Line> lines = [];

    /// <summary>The name of a lane in the database: a keyed hash of what it counts.</summary>
    public byte[] LaneOf(string kind, string what) => KeyedHash.Compute(key.Bytes, $"attempt-lane/{kind}", Encoding.UTF8.GetBytes(what));

    /// <summary>Waits for the right to try; commits the reservation before it returns.</summary>
    /// <returns>The attempt when the verdict is <see cref="AttemptVerdict.Reserved"/>; until when it is locked when that is the verdict.</returns>
    public async Task<(AttemptVerdict Verdict, Attempt? Attempt, DateTimeOffset? LockedUntil)> ReserveAsync(
        string kind, string what, RequestFacts facts, CancellationToken cancellationToken)
    {
        var lane = LaneOf(kind, what);
        var since = Stopwatch.StartNew();
        if (await StandInLineAsync(lane, cancellationToken) is not { } leave)
        {
            return (AttemptVerdict.Busy, null, null);
        }

        try
        {
            while (since.Elapsed < options.LanePatience)
            {
                var diesAt = clock.GetUtcNow() + options.AttemptDiesAfter;
                var (verdict, until) = await ReserveOnceAsync(lane, diesAt, facts, cancellationToken);
                if (verdict == "reserved")
                {
                    var attempt = new Attempt(lane, diesAt, leave);
                    leave = null; // the place goes on with the attempt
                    return (AttemptVerdict.Reserved, attempt, null);
                }

                if (verdict == "locked")
                {
                    return (AttemptVerdict.Locked, null, until);
                }

                await Task.Delay(Poll, cancellationToken); // other nodes hold every place
            }

            return (AttemptVerdict.Busy, null, null);
        }
        finally
        {
            leave?.Invoke();
        }
    }

    /// <summary>Counts how the attempt ended, in the caller's transaction.</summary>
    /// <returns>Whether this failure locked the lane.</returns>
    public async Task<bool> SettleAsync(UnitOfWork work, Attempt attempt, AttemptOutcome outcome, CancellationToken cancellationToken) =>
        await SettleAsync(work, attempt.Lane, attempt.DiesAt, outcome, cancellationToken);

    /// <summary>Forgets the failures of a lane after a complete sign-in, unless it is locked.</summary>
    public async Task ForgetAsync(UnitOfWork work, string kind, string what, CancellationToken cancellationToken) =>
        await SettleAsync(work, LaneOf(kind, what), null, AttemptOutcome.Succeeded, cancellationToken);

    /// <summary>Forgets failures and locks of an account's lanes: an administrator vouches for its holder.</summary>
    public Task<int> UnlockAsync(UnitOfWork work, UserAccount user, CancellationToken cancellationToken) =>
        work.ExecuteAsync("DELETE FROM accounts.attempt_lanes WHERE lane = ANY ($1)", [LanesOf(user)], cancellationToken);

    /// <summary>Until when failures keep the account's holder out, or <see langword="null"/>.</summary>
    public async Task<DateTimeOffset?> LockedUntilAsync(UserAccount user, RequestFacts facts, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        await using var until = work.Command("SELECT max(locked_until) FROM accounts.attempt_lanes WHERE lane = ANY ($1) AND locked_until > $2", LanesOf(user), clock.GetUtcNow());
        return await until.ExecuteScalarAsync(cancellationToken) is DateTime locked ? new DateTimeOffset(locked, TimeSpan.Zero) : null;
    }

    private byte[][] LanesOf(UserAccount user) => [LaneOf(SignInLanes.Password, user.EmailKey), LaneOf(SignInLanes.Mfa, user.Id.ToString("N"))];

    private async Task<bool> SettleAsync(UnitOfWork work, byte[] lane, DateTimeOffset? diesAt, AttemptOutcome outcome, CancellationToken cancellationToken)
    {
        await using var settle = work.Command(
            "SELECT locked_now FROM accounts.settle_attempt($1, $2, $3, $4, $5, $6, $7)",
            lane,
            clock.GetUtcNow(),
            options.MaxFailures,
            options.FailureWindow,
            options.LockDuration,
            new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz, Value = (object?)diesAt ?? DBNull.Value },
            outcome.ToString().ToLowerInvariant());
        return await settle.ExecuteScalarAsync(cancellationToken) is true;
    }

    private async Task<(string Verdict, DateTimeOffset? Until)> ReserveOnceAsync(
        byte[] lane, DateTimeOffset diesAt, RequestFacts facts, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        await using var reserve = work.Command(
            "SELECT verdict, until FROM accounts.reserve_attempt($1, $2, $3, $4, $5, $6)",
            lane, clock.GetUtcNow(), options.MaxFailures, options.FailureWindow, options.LockDuration, diesAt);
        (string, DateTimeOffset?) answer;
        await using (var reader = await reserve.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            answer = (reader.GetString(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(1));
        }

        await work.CommitAsync(cancellationToken);
        return answer;
    }

    /// <summary>Waits for one of the lane's places in this process; answers how to leave it, or null when patience ended.</summary>
    private async Task<Action?> StandInLineAsync(byte[] lane, CancellationToken cancellationToken)
    {
        var name = Convert.ToHexString(lane);
        Line line;
        lock (lines)
        {
            if (!lines.TryGetValue(name, out line!))
            {
                lines.Add(name, line = new Line(options.MaxFailures));
            }

            line.Callers++;
        }

        var admitted = false;
        try
        {
            admitted = await line.Places.WaitAsync(options.LanePatience, cancellationToken);
            return admitted ? () => Leave(name, line, admitted: true) : null;
        }
        finally
        {
            if (!admitted)
            {
                Leave(name, line, admitted: false);
            }
        }
    }

    private void Leave(string name, Line line, bool admitted)
    {
        if (admitted)
        {
            line.Places.Release();
        }

        lock (lines)
        {
            if (--line.Callers == 0)
            {
                lines.Remove(name);
                line.Places.Dispose();
            }
        }
    }

    private sealed class Line(int places)
    {
        public SemaphoreSlim Places { get; } = new(places);

        public int Callers { get; set; }
    }
}

/// <summary>The key that hides what a lane counts. From <c>SIGNING_KEY</c>.</summary>
internal sealed class LaneKey(byte[] bytes)
{
    public byte[] Bytes { get; } = bytes;

    public override string ToString() => nameof(LaneKey);
}
