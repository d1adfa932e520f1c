using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Palisade.Audit;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Accounts.Internal;

/// <summary>One kind of wish, and how it is done.</summary>
internal interface IWish
{
    /// <summary>Its name in the database.</summary>
    string Kind { get; }

    /// <summary>Does it, in the transaction that also takes it out of the inbox.</summary>
    Task FulfilAsync(UnitOfWork work, JsonElement wish, CancellationToken cancellationToken);
}

/// <summary>What strangers ask of an address, taken down alike and done afterwards.</summary>
/// <remarks>
/// The request writes the same row for every address, to the last statement; whatever differs between an unknown, a waiting and a
/// taken one happens here, behind the answer (R003, A8). What was acknowledged is in PostgreSQL: a crash delays it, and of
/// several nodes one does it.
/// </remarks>
internal sealed class Inbox(PalisadeDatabase database, IServiceProvider services, TimeProvider clock, ILogger<Inbox> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim bell = new(0, 1);
    private readonly Lazy<Dictionary<string, IWish>> wishes = new(() => services.GetServices<IWish>().ToDictionary(wish => wish.Kind));

    private sealed record Waiting(Guid Id, string Kind, RequestFacts Facts);

    private sealed record Taken(JsonElement Body);

    /// <summary>Takes a wish down. Once this has returned, it will be done, by whichever node runs then.</summary>
    public async Task TakeDownAsync<T>(RequestFacts facts, string kind, T wish, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        await work.ExecuteAsync(
            "INSERT INTO accounts.inbox (id, kind, wish, request_id, method, route, ip, user_agent, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [
                Guid.CreateVersion7(now), kind, new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Jsonb, Value = JsonSerializer.Serialize(wish, JsonSerializerOptions.Web) },
                facts.RequestId, facts.Method, OrNull.Text(facts.Route),
                OrNull.Address(facts.Address), OrNull.Text(facts.UserAgent), now,
            ],
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        bell.ReleaseOnce(); // so that it is done now and not with the next round
    }

    /// <summary>Does what is due. Answers how much of it there was.</summary>
    public async Task<int> WorkOffAsync(CancellationToken cancellationToken)
    {
        var done = 0;
        while (await NextAsync(cancellationToken) is { } waiting)
        {
            await FulfilAsync(waiting, cancellationToken);
            done++;
        }

        return done;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WorkOffAsync(stoppingToken);
                await bell.WaitAsync(Round, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The host ends; what waits is done by the next process.
            }
            catch (NpgsqlException exception)
            {
                logger.LogWarning(exception, "The inbox could not be read; the next round tries again");
                await Task.Delay(Round, CancellationToken.None);
            }
        }
    }

    // Moves it on first: whoever dies with it, or cannot do it, holds up nothing else, and it comes back after the pause.
    private async Task<Waiting?> NextAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginSystemAsync(RequestFacts.OfProcess("inbox"), cancellationToken);
        var waiting = await work.FirstAsync(
            """
            UPDATE accounts.inbox SET due_at = $2 WHERE id = (
                SELECT id FROM accounts.inbox WHERE due_at <= $1 ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING id, kind, request_id, method, route, ip, user_agent
            """,
            [now, now + Pause],
            row => new Waiting(row.GetGuid(0), row.GetString(1), new RequestFacts(
                row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4), row.IsDBNull(5) ? null : row.GetFieldValue<IPAddress>(5),
                row.IsDBNull(6) ? null : row.GetString(6), null)),
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return waiting;
    }

    private async Task FulfilAsync(Waiting waiting, CancellationToken cancellationToken)
    {
        try
        {
            await using var work = await database.BeginSystemAsync(waiting.Facts, cancellationToken);
            if (await work.FirstAsync(
                "DELETE FROM accounts.inbox WHERE id = $1 RETURNING wish", [waiting.Id], row => new Taken(JsonElement.Parse(row.GetString(0))), cancellationToken) is { } taken)
            {
                await wishes.Value[waiting.Kind].FulfilAsync(work, taken.Body, cancellationToken);
                await work.CommitAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogError(exception, "A {Kind} in the inbox could not be done; it is tried again in {Pause}", waiting.Kind, Pause);
        }
    }
}
