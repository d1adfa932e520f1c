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
    /// <returns>How many migrations were applied.</returns>
    /// <exception cref="SchemaException">The database has other migrations than this build.</exception>
    public async Task<int> ApplyAsync(CancellationToken cancellationToken)
    {
        await using var source = Source();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        if (await PendingAsync(connection, cancellationToken) is { Count: 0 })
        {
            return 0;
        }

        await InTransactionAsync(connection, DatabaseRoles.EnsureSql, cancellationToken);
        var applied = 0;
        while (await ApplyNextAsync(connection, cancellationToken))
        {
            applied++;
        }

        return applied;
    }

    /// <summary>The migrations this database lacks.</summary>
    /// <exception cref="SchemaException">The database has other migrations than this build.</exception>
    public async Task<IReadOnlyList<Migration>> PendingAsync(CancellationToken cancellationToken)
    {
        await using var source = Source();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await PendingAsync(connection, cancellationToken);
    }

    private NpgsqlDataSource Source() => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "palisade-migrate", Pooling = false, Timeout = 5 });

    private async Task<bool> ApplyNextAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({AdvisoryLock})", cancellationToken);
        await ExecuteAsync(connection, DatabaseRoles.ActAsOwnerSql, cancellationToken);
        var pending = await PendingAsync(connection, cancellationToken);
        if (pending.Count == 0)
        {
            return false;
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
        return pending.Count > 1;
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

    private static async Task InTransactionAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({AdvisoryLock})", cancellationToken);
        await ExecuteAsync(connection, sql, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

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
