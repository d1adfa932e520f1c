using System.Diagnostics;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Palisade.Audit;
using Palisade.Crypto.Secrets;
using Palisade.Messaging;
using Palisade.Storage;

namespace Palisade.Accounts.Internal;

/// <summary>How a reserved attempt ended.</summary>
internal enum AttemptOutcome
{
    /// <summary>The secret was wrong.</summary>
    Failed,

    /// <summary>It was right, and more is owed: the failures before it stand.</summary>
    Released,

    /// <summary>The sign-in is complete: the failures before it are forgotten, but for those of its network.</summary>
    Succeeded,
}

/// <summary>Whether an attempt may be made.</summary>
internal enum AttemptVerdict
{
    Reserved,
    Locked,
    Captcha,
    Busy,
}

/// <summary>What the database says to one request for a place: <c>reserved</c>, <c>locked</c>, <c>captcha</c> or <c>full</c>.</summary>
internal sealed record LaneReply(string Verdict, DateTimeOffset? Until, IReadOnlyList<Lane> Lanes);

/// <summary>Reserve first, verify later: the limit on guesses holds however many arrive at once, on however many nodes.</summary>
/// <remarks>
/// The database holds the count. An attempt that is never settled (its process died, or its transaction failed) counts as a
/// failure after <see cref="AccountOptions.AttemptDiesAfter"/>: a crash is no free guess.
/// </remarks>
internal sealed class AttemptLanes(PalisadeDatabase database, Outbox outbox, TimeProvider clock, AccountOptions options, LaneKey key)
{
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(300);

    private readonly LocalLines lines = new(options.MaxFailures, options.LongestLine);

    /// <summary>The name of a lane in the database: a keyed hash of what it counts.</summary>
    public byte[] LaneOf(string kind, string what) => LaneOf(kind, Encoding.UTF8.GetBytes(what));

    /// <inheritdoc cref="LaneOf(string, string)"/>
    public byte[] LaneOf(string kind, ReadOnlySpan<byte> what) => KeyedHash.Compute(key.Bytes, $"attempt-lane/{kind}", what);

    /// <summary>Waits for the right to try in a lane of its own, such as a second factor's; commits the reservation before it returns.</summary>
    /// <returns>The attempt when the verdict is <see cref="AttemptVerdict.Reserved"/>; until when it is locked when that is the verdict.</returns>
    public Task<(AttemptVerdict Verdict, Attempt? Attempt, DateTimeOffset? LockedUntil)> ReserveAsync(
        string kind, string what, RequestFacts facts, CancellationToken cancellationToken)
    {
        Lane[] lanes = [new Lane(LaneKind.Account, LaneOf(kind, what), options.MaxFailures)];
        return ReserveAsync(lanes[0], async diesAt =>
        {
            await using var work = await database.BeginSystemAsync(facts, cancellationToken);
            await using var reserve = work.Command(
                "SELECT verdict, until FROM accounts.reserve_attempt($1, $2, $3, $4, $5, $6)",
                lanes[0].Name, clock.GetUtcNow(), options.MaxFailures, options.FailureWindow, options.LockDuration, diesAt);
            LaneReply reply;
            await using (var reader = await reserve.ExecuteReaderAsync(cancellationToken))
            {
                await reader.ReadAsync(cancellationToken);
                reply = Read(reader, lanes);
            }

            await work.CommitAsync(cancellationToken);
            return reply;
        }, cancellationToken);
    }

    /// <summary>The same for any set of lanes: stands in this process's line of the first, then asks the database until it gives a place in all of them.</summary>
    /// <param name="line">Whose local line.</param>
    /// <param name="ask">Asks once, for a place that dies then, and commits. It may learn more on the way.</param>
    /// <param name="cancellationToken">Leaves the line.</param>
    public async Task<(AttemptVerdict Verdict, Attempt? Attempt, DateTimeOffset? LockedUntil)> ReserveAsync(
        Lane line, Func<DateTimeOffset, Task<LaneReply>> ask, CancellationToken cancellationToken)
    {
        var since = Stopwatch.StartNew();
        if (await lines.EnterAsync(Convert.ToHexString(line.Name), options.LanePatience, cancellationToken) is not { } leave)
        {
            return (AttemptVerdict.Busy, null, null);
        }

        try
        {
            for (var pause = FirstPoll; since.Elapsed < options.LanePatience; pause = pause < LongestPoll ? pause * 1.5 : pause)
            {
                var diesAt = clock.GetUtcNow() + options.AttemptDiesAfter;
                var reply = await ask(diesAt);
                switch (reply.Verdict)
                {
                    case "reserved":
                        var attempt = new Attempt(reply.Lanes, diesAt, leave);
                        leave = null; // the place goes on with the attempt
                        return (AttemptVerdict.Reserved, attempt, null);
                    case "locked":
                        return (AttemptVerdict.Locked, null, reply.Until);
                    case "captcha":
                        return (AttemptVerdict.Captcha, null, null);
                }

                await Task.Delay(pause, cancellationToken); // other nodes hold every place
            }

            return (AttemptVerdict.Busy, null, null);
        }
        finally
        {
            leave?.Invoke();
        }
    }

    /// <summary>The statement that asks for a place in each of these lanes, or of the others when <paramref name="condition"/> (SQL) is true.</summary>
    public NpgsqlBatchCommand AskFor(IReadOnlyList<Lane> lanes, IReadOnlyList<Lane> others, string condition, NpgsqlParameter[] conditionParameters, bool solved, DateTimeOffset diesAt)
    {
        var first = conditionParameters.Length + 1;
        var command = new NpgsqlBatchCommand(
            $"""
            SELECT r.verdict, r.until, choice.others
            FROM (SELECT {condition} AS others) AS choice,
                LATERAL accounts.reserve_attempts(
                    CASE WHEN choice.others THEN ${first} ELSE ${first + 3} END, CASE WHEN choice.others THEN ${first + 1} ELSE ${first + 4} END,
                    CASE WHEN choice.others THEN ${first + 2} ELSE ${first + 5} END, ${first + 6}, ${first + 7}, ${first + 8}, ${first + 9}, ${first + 10}) AS r
            """);
        foreach (var parameter in conditionParameters)
        {
            command.Parameters.Add(parameter);
        }

        foreach (var set in (IReadOnlyList<Lane>[])[others, lanes])
        {
            command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. set.Select(lane => lane.Name)] });
            command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. set.Select(lane => lane.Limit)] });
            command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. set.Select(lane => lane.AsksAfter)] });
        }

        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = solved });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.FailureWindow });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.LockDuration });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = diesAt });
        return command;
    }

    /// <summary>Reads the answer to <see cref="AskFor"/>.</summary>
    public static LaneReply Read(NpgsqlDataReader row, IReadOnlyList<Lane> lanes) =>
        new(row.GetString(0), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1), lanes);

    /// <summary>Counts how the attempt ended, in the caller's transaction; after a success, the failures of <paramref name="forgiven"/> are forgotten too.</summary>
    /// <returns>Whether this failure locked the account, or its known device.</returns>
    public async Task<bool> SettleAsync(
        UnitOfWork work, Attempt attempt, AttemptOutcome outcome, CancellationToken cancellationToken, IReadOnlyList<Lane>? forgiven = null)
    {
        var held = attempt.Lanes.Select(lane => (Lane: lane, DiesAt: (DateTimeOffset?)attempt.DiesAt, Outcome: outcome == AttemptOutcome.Succeeded && lane.Kind == LaneKind.Network ? AttemptOutcome.Released : outcome));
        var more = (forgiven ?? []).Where(lane => !attempt.Lanes.Any(own => own.Name.AsSpan().SequenceEqual(lane.Name)))
            .Select(lane => (Lane: lane, DiesAt: (DateTimeOffset?)null, Outcome: AttemptOutcome.Succeeded));
        var all = held.Concat(more).ToArray();
        Array.Sort(all, (one, other) => one.Lane.Name.AsSpan().SequenceCompareTo(other.Lane.Name));
        await using var settle = work.Command(
            "SELECT locked FROM accounts.settle_attempts($1, $2, $3, $4, $5, $6, $7)",
            new NpgsqlParameter<byte[][]> { TypedValue = [.. all.Select(one => one.Lane.Name)] },
            new NpgsqlParameter<int[]> { TypedValue = [.. all.Select(one => one.Lane.Limit)] },
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, Value = all.Select(one => one.DiesAt?.UtcDateTime).ToArray() },
            new NpgsqlParameter<string[]> { TypedValue = [.. all.Select(one => one.Outcome.ToString().ToLowerInvariant())] },
            clock.GetUtcNow(),
            options.FailureWindow,
            options.LockDuration);
        var locked = (byte[][])(await settle.ExecuteScalarAsync(cancellationToken))!;
        return attempt.Lanes.Any(lane => lane.IsAccounts && Array.Exists(locked, name => name.AsSpan().SequenceEqual(lane.Name)));
    }

    /// <summary>Counts a failure and records it; when it locked the account, that is recorded too, and its owner told: once a lock, and not of each attempt that it refuses.</summary>
    /// <param name="work">The caller's transaction.</param>
    /// <param name="attempt">What failed.</param>
    /// <param name="failed">The event, with its reason.</param>
    /// <param name="shown">What was wrong, for the record of the lock.</param>
    /// <param name="owner">Who is told; nobody when the account could not be signed in to anyway.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task CountFailureAsync(UnitOfWork work, Attempt attempt, SecurityEvent failed, string shown, UserAccount? owner, CancellationToken cancellationToken)
    {
        var locked = await SettleAsync(work, attempt, AttemptOutcome.Failed, cancellationToken);
        await work.RecordAsync(failed, cancellationToken);
        if (!locked)
        {
            return;
        }

        var now = clock.GetUtcNow();
        await work.RecordAsync((failed with { Type = SecurityEvents.AccountLocked }).Refused(shown), cancellationToken);
        if (owner?.MaySignIn(now) == true)
        {
            await outbox.SendAsync(work, Messages.AccountLocked(owner.Recipient, LockReason.TooManyAttempts, options.LockDuration, Occasion.Of(work.Facts, now)), cancellationToken);
        }
    }

    /// <summary>Why the right secret did not help, for the log.</summary>
    public static string ReasonOf(UserAccount? user) => user is { IsActive: true } ? "account_held" : $"account_{user?.Status}";

    /// <summary>Forgets failures and locks of an account's lanes, wherever from: an administrator vouches for its holder.</summary>
    public Task<int> UnlockAsync(UnitOfWork work, UserAccount user, CancellationToken cancellationToken)
    {
        var (first, last) = RangeOf(user);
        return work.ExecuteAsync("DELETE FROM accounts.attempt_lanes WHERE lane BETWEEN $1 AND $2 OR lane = $3", [first, last, MfaLaneOf(user)], cancellationToken);
    }

    /// <summary>Forgets failures and locks of an account's password, wherever from: its holder showed that the mailbox is theirs. Those of codes stand.</summary>
    public Task<int> ForgiveAsync(UnitOfWork work, UserAccount user, CancellationToken cancellationToken)
    {
        var (first, last) = RangeOf(user);
        return work.ExecuteAsync("DELETE FROM accounts.attempt_lanes WHERE lane BETWEEN $1 AND $2", [first, last], cancellationToken);
    }

    /// <summary>Until when failures keep strangers, or a second factor, or a hold everybody, out of the account; or <see langword="null"/>.</summary>
    public async Task<DateTimeOffset?> LockedUntilAsync(UserAccount user, RequestFacts facts, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        await using var until = work.Command(
            """
            SELECT max(until) FROM (
                SELECT locked_until FROM accounts.attempt_lanes WHERE lane = ANY ($1) UNION ALL SELECT held_until FROM accounts.users WHERE id = $3) AS ends (until)
            WHERE until > $2
            """,
            (byte[][])[LaneOf(SignInLanes.Password, user.EmailKey), MfaLaneOf(user)],
            clock.GetUtcNow(),
            user.Id);
        return await until.ExecuteScalarAsync(cancellationToken) is DateTime locked ? new DateTimeOffset(locked, TimeSpan.Zero) : null;
    }

    private byte[] MfaLaneOf(UserAccount user) => LaneOf(SignInLanes.Mfa, user.Id.ToString("N"));

    private (byte[] First, byte[] Last) RangeOf(UserAccount user)
    {
        var first = LaneOf(SignInLanes.Password, user.EmailKey);
        var last = (byte[])first.Clone();
        first.AsSpan(LoginLanes.Shared).Clear();
        last.AsSpan(LoginLanes.Shared).Fill(0xFF);
        return (first, last);
    }
}

/// <summary>The key that hides what a lane counts. From <c>SIGNING_KEY</c>.</summary>
internal sealed class LaneKey(byte[] bytes)
{
    public byte[] Bytes { get; } = bytes;

    public override string ToString() => nameof(LaneKey);
}
