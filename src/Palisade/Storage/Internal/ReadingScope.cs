using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Palisade.Tenancy;

namespace Palisade.Storage.Internal;

/// <summary>Puts the scope before each query of a reading context, in the same message, and forbids writing in that transaction.</summary>
internal sealed class ReadingScope(TenantId tenant) : DbCommandInterceptor
{
    private const string Parameter = "palisade_scope";

    internal static string Sql(string parameter) =>
        $"SELECT set_config('palisade.scope', {parameter}, true), set_config('transaction_read_only', 'on', true)";

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        command.CommandText = $"{Sql("@" + Parameter)};{command.CommandText}";
        command.Parameters.Add(new NpgsqlParameter<string>(Parameter, tenant.ToString()));
        return ValueTask.FromResult(result);
    }

    public override async ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        await result.NextResultAsync(cancellationToken); // past the scope, to the rows
        return result;
    }

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) =>
        throw new NotSupportedException("Reading contexts are asynchronous. Use the Async form of the query.");

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) =>
        throw ReadsOnly();

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) => throw ReadsOnly();

    private static NotSupportedException ReadsOnly() => new("This context only reads. Write through a unit of work, which also audits.");
}
