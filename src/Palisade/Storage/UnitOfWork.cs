using System.Globalization;
using Npgsql;
using Palisade.Audit;
using Palisade.Storage.Internal;
using Palisade.Tenancy;

namespace Palisade.Storage;

/// <summary>One transaction on behalf of one scope, with the security events that happened in it.</summary>
/// <remarks>
/// An event recorded here is written in this transaction: it stands if and only if the act stands. Once
/// <see cref="CommitAsync"/> has returned, both are durable, and the event has been told to logs and metrics. Disposing
/// without commit undoes all of it. Not for parallel use.
/// </remarks>
public sealed class UnitOfWork : IAsyncDisposable
{
    internal const string SystemScope = "system";

    private readonly AuditLog audit;
    private readonly List<(SecurityEvent Event, RequestFacts Facts)> recorded = [];
    private readonly List<Action> afterwards = [];

    private UnitOfWork(
        NpgsqlConnection connection, NpgsqlTransaction transaction, TenantId? tenant, AuditLog audit, TimeSpan statementTimeout, RequestFacts facts)
    {
        CommandTimeout = AppDataSource.ClientPatience(statementTimeout);
        Connection = connection;
        Transaction = transaction;
        Tenant = tenant;
        Facts = facts;
        this.audit = audit;
    }

    /// <summary>The open connection, inside <see cref="Transaction"/>.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>The transaction. It MUST be ended through this object only.</summary>
    public NpgsqlTransaction Transaction { get; }

    /// <summary>Whose rows this sees, or <see langword="null"/> for the platform's own work.</summary>
    public TenantId? Tenant { get; }

    /// <summary>In seconds, how long the client waits for a statement: a little longer than the server, which cancels it first.</summary>
    /// <remarks>A command that is not made by <see cref="Command"/> MUST be given it.</remarks>
    public int CommandTimeout { get; }

    /// <summary>Who asked, from where, in which request.</summary>
    public RequestFacts Facts { get; }

    internal static async ValueTask<UnitOfWork> BeginAsync(
        NpgsqlDataSource source, AuditLog audit, TenantId? tenant, TimeSpan statementTimeout, RequestFacts facts, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            // Local to the transaction: a pooled connection can never carry one tenant's scope into another's work.
            const string sql = "SELECT set_config('palisade.scope', $1, true), set_config('statement_timeout', $2, true)";
            await using var command = new NpgsqlCommand(sql, connection, transaction)
            {
                Parameters =
                {
                    new NpgsqlParameter<string> { TypedValue = tenant?.ToString() ?? SystemScope },
                    new NpgsqlParameter<string> { TypedValue = string.Create(CultureInfo.InvariantCulture, $"{statementTimeout.TotalMilliseconds:0}ms") },
                },
            };
            await command.ExecuteNonQueryAsync(cancellationToken);
            return new UnitOfWork(connection, transaction, tenant, audit, statementTimeout, facts);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A command in this transaction, with positional parameters <c>$1, $2, ...</c>.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> parameters)
    {
        var command = new NpgsqlCommand(sql, Connection, Transaction) { CommandTimeout = CommandTimeout };
        foreach (var value in parameters)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }

    /// <summary>Runs a statement; answers the number of rows it changed.</summary>
    public async Task<int> ExecuteAsync(string sql, object?[] parameters, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first row as <paramref name="read"/> sees it, or <see langword="null"/> when there is none.</summary>
    public async Task<T?> FirstAsync<T>(string sql, object?[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(read);
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(reader) : null;
    }

    /// <summary>Every row as <paramref name="read"/> sees it. The statement MUST bound its own rows.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object?[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Writes the event into the audit log, in this transaction.</summary>
    /// <exception cref="NpgsqlException">It could not be written; the act it describes MUST then not happen.</exception>
    public Task RecordAsync(SecurityEvent securityEvent, CancellationToken cancellationToken) => RecordAsync(securityEvent, Facts, cancellationToken);

    /// <summary>The same of a request that is over: this work only writes down what was seen in it.</summary>
    internal async Task RecordAsync(SecurityEvent securityEvent, RequestFacts facts, CancellationToken cancellationToken)
    {
        await audit.InsertAsync(this, securityEvent, facts, cancellationToken);
        recorded.Add((securityEvent, facts));
    }

    /// <summary>What this process is to know as soon as the commit stands, before its caller does. MUST be quick, MUST NOT throw.</summary>
    internal void AfterCommit(Action action) => afterwards.Add(action);

    /// <summary>Makes everything durable, then tells logs and metrics of the recorded events.</summary>
    /// <exception cref="NpgsqlException">Nothing of it stands; only when the connection broke during the commit may it stand.</exception>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // PostgreSQL answers the COMMIT of a transaction with a failed statement by rolling back, and calls that a success. The
        // SELECT goes with it in one round trip, and fails there.
        await using var batch = new NpgsqlBatch(Connection, Transaction)
        {
            BatchCommands = { new NpgsqlBatchCommand("SELECT 1"), new NpgsqlBatchCommand("COMMIT") },
        };
        // Not to be cancelled: whether a commit that is interrupted happened, nobody knows.
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
        afterwards.ForEach(action => action());
        foreach (var (securityEvent, facts) in recorded)
        {
            audit.Publish(securityEvent, facts);
        }
    }

    /// <summary>Undoes what was not committed and gives the connection back.</summary>
    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
