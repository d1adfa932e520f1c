using Npgsql;

namespace Palisade.Crm.Tests.Attacks;

/// <summary>Something that goes wrong inside PostgreSQL, from now until it is disposed.</summary>
internal sealed class Fault : IAsyncDisposable
{
    private const string Raise = "RAISE EXCEPTION 'a planned fault'";

    private readonly NpgsqlDataSource database;
    private readonly string table;

    private Fault(NpgsqlDataSource database, string table)
    {
        this.database = database;
        this.table = table;
    }

    /// <summary>The statement itself fails.</summary>
    internal static Task<Fault> AtStatementAsync(NpgsqlDataSource database, string table, string operation) =>
        PlantAsync(database, table, Raise, $"CREATE TRIGGER planned_fault BEFORE {operation} ON {table}");

    /// <summary>Every statement succeeds, and then the commit fails.</summary>
    internal static Task<Fault> AtCommitAsync(NpgsqlDataSource database, string table, string operation) =>
        PlantAsync(
            database, table, Raise, $"CREATE CONSTRAINT TRIGGER planned_fault AFTER {operation} ON {table} DEFERRABLE INITIALLY DEFERRED");

    /// <summary>The server ends the connection.</summary>
    internal static Task<Fault> OfConnectionAsync(NpgsqlDataSource database, string table, string operation) =>
        PlantAsync(database, table, "PERFORM pg_terminate_backend(pg_backend_pid())", $"CREATE TRIGGER planned_fault BEFORE {operation} ON {table}");

    public async ValueTask DisposeAsync() => await database.ChangeAsync($"DROP TRIGGER planned_fault ON {table}; DROP FUNCTION public.planned_fault()");

    private static async Task<Fault> PlantAsync(NpgsqlDataSource database, string table, string what, string when)
    {
        await database.ChangeAsync(
            $"""
            CREATE FUNCTION public.planned_fault() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN {what}; RETURN NEW; END $$;
            {when} FOR EACH ROW EXECUTE FUNCTION public.planned_fault()
            """);
        return new Fault(database, table);
    }
}
