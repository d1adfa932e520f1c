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
    private readonly AuditLog audit;

    /// <summary>Opens no connection yet.</summary>
    public PalisadeDatabase(StorageOptions options, AuditLog audit)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.audit = audit;
        Options = options;
        source = AppDataSource.Create(options);
    }

    /// <summary>The limits in force.</summary>
    public StorageOptions Options { get; }

    /// <summary>Begins a transaction that sees one tenant's rows.</summary>
    /// <exception cref="NpgsqlException">PostgreSQL could not be reached in time.</exception>
    public ValueTask<UnitOfWork> BeginAsync(TenantId tenant, RequestFacts facts, CancellationToken cancellationToken) =>
        UnitOfWork.BeginAsync(source, audit, $"{tenant.Value:D}", Options.StatementTimeout, facts, cancellationToken);

    /// <summary>The same for a report, an export or an import: each statement may take <see cref="StorageOptions.ReportTimeout"/>.</summary>
    /// <exception cref="NpgsqlException">PostgreSQL could not be reached in time.</exception>
    public ValueTask<UnitOfWork> BeginReportAsync(TenantId tenant, RequestFacts facts, CancellationToken cancellationToken) =>
        UnitOfWork.BeginAsync(source, audit, $"{tenant.Value:D}", Options.ReportTimeout, facts, cancellationToken);

    /// <summary>Begins a transaction of the platform itself, before a tenant is known: sign-in, refresh, set-up.</summary>
    /// <remarks>Sees the platform's tables for every tenant and no table of the application.</remarks>
    internal ValueTask<UnitOfWork> BeginSystemAsync(RequestFacts facts, CancellationToken cancellationToken) =>
        UnitOfWork.BeginAsync(source, audit, UnitOfWork.SystemScope, Options.StatementTimeout, facts, cancellationToken);

    /// <summary>The one row a platform query finds, or <see langword="null"/>, in a single round trip.</summary>
    /// <remarks>Scope and query travel together; without a transaction block PostgreSQL runs what arrives together as one transaction.</remarks>
    internal async Task<T?> ReadSystemAsync<T>(string sql, object parameter, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT set_config('palisade.scope', '{UnitOfWork.SystemScope}', true)"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter { Value = parameter } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(reader) : null;
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
    public ValueTask DisposeAsync() => source.DisposeAsync();
}
