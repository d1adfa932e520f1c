using Npgsql;

namespace Palisade.Storage.Internal;

internal static class AppDataSource
{
    /// <summary>The pool of the application: named, bounded, timed, and acting as <c>palisade_app</c> whoever logged in.</summary>
    internal static NpgsqlDataSource Create(StorageOptions options) => Create(options, "palisade", options.PoolMin, options.PoolMax);

    /// <summary>One more connection, beside the pool.</summary>
    internal static NpgsqlDataSource CreateWatch(StorageOptions options) => Create(options, "palisade watch", 0, 1);

    private static NpgsqlDataSource Create(StorageOptions options, string name, int poolMin, int poolMax)
    {
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = name,
            MinPoolSize = poolMin,
            MaxPoolSize = poolMax,
            ConnectionIdleLifetime = (int)Math.Max(1, options.IdleTimeout.TotalSeconds),
            ConnectionPruningInterval = (int)Math.Clamp(options.IdleTimeout.TotalSeconds, 1, 10),
            Timeout = (int)Math.Max(1, options.ConnectTimeout.TotalSeconds),
            // The server cancels first; the client's own limit only catches a server that no longer answers.
            CommandTimeout = ClientPatience(options.StatementTimeout),
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            IncludeErrorDetail = false, // its DETAIL repeats column values
        };
        connection.Options = string.Join(' ',
            connection.Options,
            Invariant($"-c statement_timeout={(int)options.StatementTimeout.TotalMilliseconds}"),
            "-c lock_timeout=1500", // an audit table that somebody holds refuses the act in 2 s instead of hanging it
            "-c idle_in_transaction_session_timeout=60000",
            connection.Username == DatabaseRoles.App ? "" : $"-c role={DatabaseRoles.App}").Trim();
        return new NpgsqlDataSourceBuilder(connection.ConnectionString).Build();
    }

    /// <summary>In seconds, how long the client waits for a statement that the server should have cancelled by itself.</summary>
    internal static int ClientPatience(TimeSpan statementTimeout) => (int)Math.Ceiling(statementTimeout.TotalSeconds) + 2;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
