using Microsoft.EntityFrameworkCore;
using Npgsql;
using Palisade.Audit;
using Palisade.Storage.Internal;
using Palisade.Tenancy;

namespace Palisade.Storage;

/// <summary>The one way to PostgreSQL. Every statement runs inside a <see cref="UnitOfWork"/>, which says for whom.</summary>
/// <remarks>
/// A connection acts as <c>palisade_app</c>, which row-level security binds. A unit of work for a tenant sees that tenant's
/// rows alone, whatever the SQL says; one that names no tenant sees none of them.
/// </remarks>
public sealed class PalisadeDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource watch;
    private readonly AuditLog audit;

    /// <summary>Opens no connection yet.</summary>
    public PalisadeDatabase(StorageOptions options, AuditLog audit)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.audit = audit;
        Options = options;
        source = AppDataSource.Create(options);
        watch = AppDataSource.CreateWatch(options);
    }

    /// <summary>The limits in force.</summary>
    public StorageOptions Options { get; }

    /// <summary>Begins a transaction that sees one tenant's rows.</summary>
    /// <exception cref="NpgsqlException">PostgreSQL could not be reached in time.</exception>
    public ValueTask<UnitOfWork> BeginAsync(TenantId tenant, RequestFacts facts, CancellationToken cancellationToken) =>
        UnitOfWork.BeginAsync(source, audit, tenant, Options.StatementTimeout, facts, cancellationToken);

    /// <summary>The same for a report, an export or an import: each statement may take <see cref="StorageOptions.ReportTimeout"/>.</summary>
    /// <exception cref="NpgsqlException">PostgreSQL could not be reached in time.</exception>
    public ValueTask<UnitOfWork> BeginReportAsync(TenantId tenant, RequestFacts facts, CancellationToken cancellationToken) =>
        UnitOfWork.BeginAsync(source, audit, tenant, Options.ReportTimeout, facts, cancellationToken);

    /// <summary>Begins a transaction of the platform itself, before a tenant is known: sign-in, refresh, set-up.</summary>
    /// <remarks>Sees the platform's tables for every tenant and no table of the application.</remarks>
    internal ValueTask<UnitOfWork> BeginSystemAsync(RequestFacts facts, CancellationToken cancellationToken) =>
        UnitOfWork.BeginAsync(source, audit, null, Options.StatementTimeout, facts, cancellationToken);

    /// <summary>The one row a query of one parameter finds in a tenant's rows, or <see langword="null"/>, in a single round trip.</summary>
    public Task<T?> ReadAsync<T>(TenantId tenant, string sql, object parameter, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        where T : class => ReadInAsync(tenant.ToString(), sql, parameter, read, cancellationToken);

    /// <summary>Options of a context that only reads, and only one tenant's rows; each of its queries is a single round trip.</summary>
    /// <remarks>PostgreSQL itself refuses a write in it. What is to be written, and audited, needs a <see cref="UnitOfWork"/>.</remarks>
    public DbContextOptions ReadingOptions(TenantId tenant) =>
        new DbContextOptionsBuilder().UseNpgsql(source).AddInterceptors(new ReadingScope(tenant)).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options;

    /// <summary>As <see cref="ReadAsync"/>, for the platform itself.</summary>
    internal Task<T?> ReadSystemAsync<T>(string sql, object parameter, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        where T : class => ReadInAsync(UnitOfWork.SystemScope, sql, parameter, read, cancellationToken);

    /// <summary>Every row that a query of the platform finds, on a connection kept for such queries: what must be followed does not stand in line for the pool.</summary>
    internal async Task<IReadOnlyList<T>> WatchAsync<T>(string sql, object parameter, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var batch = watch.CreateBatch();
        await using var reader = await ExecuteInAsync(batch, UnitOfWork.SystemScope, sql, parameter, cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private async Task<T?> ReadInAsync<T>(string scope, string sql, object parameter, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var batch = source.CreateBatch();
        await using var reader = await ExecuteInAsync(batch, scope, sql, parameter, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(reader) : null;
    }

    /// <summary>Statements of the platform that stand or fall together, committed in one round trip. None may need the answer of one before it.</summary>
    /// <param name="statements">In order.</param>
    /// <param name="read">Is given the number of the statement, from 0, and each of its rows.</param>
    /// <param name="cancellationToken">Ends the wait; whether they happened, nobody knows then.</param>
    internal async Task OnceSystemAsync(IReadOnlyList<NpgsqlBatchCommand> statements, Action<int, NpgsqlDataReader> read, CancellationToken cancellationToken)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('palisade.scope', $1, true)") { Parameters = { new NpgsqlParameter<string> { TypedValue = UnitOfWork.SystemScope } } });
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(statement);
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        for (var index = 0; await reader.NextResultAsync(cancellationToken); index++)
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                read(index, reader);
            }
        }
    }

    private static async Task<NpgsqlDataReader> ExecuteInAsync(NpgsqlBatch batch, string scope, string sql, object parameter, CancellationToken cancellationToken)
    {
        // Scope and query travel together; outside a transaction block PostgreSQL runs what arrives together as one transaction.
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadingScope.Sql("$1")) { Parameters = { new NpgsqlParameter<string> { TypedValue = scope } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { parameter as NpgsqlParameter ?? new NpgsqlParameter { Value = parameter } } });
        var reader = await batch.ExecuteReaderAsync(cancellationToken);
        try
        {
            await reader.NextResultAsync(cancellationToken);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync(); // or its connection would never come back
            throw;
        }
    }

    /// <summary>Whether PostgreSQL answers now, within <see cref="StorageOptions.ConnectTimeout"/>.</summary>
    public async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.CreateCommand("SELECT 1");
            command.CommandTimeout = (int)Math.Ceiling(Options.ConnectTimeout.TotalSeconds);
            return await command.ExecuteScalarAsync(cancellationToken) is 1;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await watch.DisposeAsync();
    }
}
