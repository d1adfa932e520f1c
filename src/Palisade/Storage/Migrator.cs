using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Storage.Internal;

namespace Palisade.Storage;

/// <summary>Brings a database to the schema this build knows.</summary>
/// <remarks>
/// Several processes may call at once: a transaction-level advisory lock lets one work at a time. Each migration and its
/// record are one transaction, so a process killed anywhere leaves a whole number of migrations, and the next call goes on.
/// </remarks>
public sealed class Migrator(string connectionString, IReadOnlyList<Migration> migrations, ILogger<Migrator> logger)
{
    // Any constant will do, as long as nothing else in the database takes the same one.
    private const long AdvisoryLock = 0x50414C4953414445; // "PALISADE"

    /// <summary>Applies what is missing; does nothing when nothing is.</summary>
    /// <returns>What this call applied.</returns>
    /// <exception cref="SchemaException">The database has other migrations than this build, or the login may not migrate it.</exception>
    public async Task<IReadOnlyList<Migration>> ApplyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var applied = new List<Migration>();
        if (await PendingAsync(connection, cancellationToken) is { Count: 0 })
        {
            return applied;
        }

        await EnsureRolesAsync(connection, cancellationToken);
        while (await ApplyNextAsync(connection, cancellationToken) is { } migration)
        {
            applied.Add(migration);
        }

        return applied;
    }

    /// <summary>The migrations this database lacks.</summary>
    /// <exception cref="SchemaException">The database has other migrations than this build.</exception>
    public async Task<IReadOnlyList<Migration>> PendingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await PendingAsync(connection, cancellationToken);
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "palisade-migrate", Pooling = false, Timeout = 5 }.ConnectionString);
        connection.Notice += (_, notice) =>
        {
            if (notice.Notice.InvariantSeverity == "WARNING")
            {
                logger.LogWarning("PostgreSQL: {Warning}", notice.Notice.MessageText);
            }
        };
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static async Task EnsureRolesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await LockAsync(connection, cancellationToken);
            await ExecuteAsync(connection, DatabaseRoles.EnsureSql, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            var login = new NpgsqlConnectionStringBuilder(connection.ConnectionString).Username!;
            throw new SchemaException(
                $"The login {login} may not make the roles of the database. An administrator runs this once, in the database {connection.Database}:\n\n"
                + DatabaseRoles.AdministratorSql(login, connection.Database));
        }
    }

    private async Task<Migration?> ApplyNextAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, cancellationToken);
        await ExecuteAsync(connection, DatabaseRoles.ActAsOwnerSql, cancellationToken);
        var pending = await PendingAsync(connection, cancellationToken);
        if (pending.Count == 0)
        {
            return null;
        }

        var next = pending[0];
        await ExecuteAsync(connection, next.Sql, cancellationToken);
        await using var record = new NpgsqlCommand("INSERT INTO palisade.schema_migrations (set, number, name, checksum) VALUES ($1, $2, $3, $4)", connection)
        {
            Parameters = { new() { Value = next.Set }, new() { Value = next.Number }, new() { Value = next.Name }, new() { Value = next.Checksum } },
        };
        await record.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        logger.LogInformation("Migrated {Set} to {Number} {Name}", next.Set, next.Number, next.Name);
        return next;
    }

    private async Task<IReadOnlyList<Migration>> PendingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new Dictionary<(string Set, int Number), byte[]>();
        await using (var exists = new NpgsqlCommand("SELECT to_regclass('palisade.schema_migrations') IS NOT NULL", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is false)
            {
                return migrations;
            }
        }

        await using (var command = new NpgsqlCommand("SELECT set, number, checksum FROM palisade.schema_migrations", connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                applied[(reader.GetString(0), reader.GetInt32(1))] = reader.GetFieldValue<byte[]>(2);
            }
        }

        return Compare(applied);
    }

    private List<Migration> Compare(Dictionary<(string Set, int Number), byte[]> applied)
    {
        var pending = new List<Migration>();
        foreach (var migration in migrations)
        {
            if (!applied.Remove((migration.Set, migration.Number), out var checksum))
            {
                pending.Add(migration);
            }
            else if (!checksum.AsSpan().SequenceEqual(migration.Checksum))
            {
                throw new SchemaException($"Migration {migration.Set} {migration.Number} ({migration.Name}) was applied with other statements than this build holds. Restore the file, or add a new migration.");
            }
        }

        if (applied.Keys.Where(key => migrations.Any(known => known.Set == key.Set)).Select(key => $"{key.Set} {key.Number}").FirstOrDefault() is { } unknown)
        {
            throw new SchemaException($"The database is newer than this build: it has migration {unknown}. Start the newer version.");
        }

        return pending;
    }

    // Whatever the server or the role set as a default must not end a long migration. A table that somebody holds must not make
    // every request queue up behind us: the migration gives up instead, and may be run again.
    private static Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => ExecuteAsync(
        connection,
        $"SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({AdvisoryLock}); SET LOCAL lock_timeout = '10s'",
        cancellationToken);

#pragma warning disable CA2100 // The statements are embedded in our own assemblies; no input reaches them.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
#pragma warning restore CA2100
}

/// <summary>The database's schema and this build do not fit. The message says what to do.</summary>
public sealed class SchemaException(string message) : Exception(message);
