using Npgsql;
using NpgsqlTypes;
using Palisade.Storage;

namespace Palisade.Crm.Customers;

/// <summary>Adds many customers in one statement a chunk, passing over those whose address is taken.</summary>
/// <remarks>
/// The unique index decides, row by row, also against whoever adds customers at the same moment; an insert that looked first
/// would be wrong under load. That needs <c>ON CONFLICT DO NOTHING</c>, which the mapper of single customers does not speak.
/// </remarks>
internal static class CustomerInsert
{
    private const string Sql = """
        INSERT INTO crm.customers (id, tenant_id, name, email, email_key, phone, country, passport_number, notes, created_by, created_at, updated_at)
        SELECT id, $1, name, email, email_key, phone, country, passport_number, notes, $2, $3, $3
        FROM unnest($4, $5, $6, $7, $8, $9, $10, $11) AS row (id, name, email, email_key, phone, country, passport_number, notes)
        ON CONFLICT (tenant_id, email_key) WHERE deleted_at IS NULL DO NOTHING
        RETURNING id
        """;

    /// <summary>Adds these; answers, for each, whether its address was taken.</summary>
    internal static async Task<bool[]> RunAsync(UnitOfWork work, Customer[] customers, CancellationToken cancellationToken)
    {
        await using var insert = work.Command(
            Sql,
            customers[0].TenantId,
            customers[0].CreatedBy,
            customers[0].CreatedAt,
            Column(customers, NpgsqlDbType.Uuid, customer => customer.Id),
            Texts(customers, customer => customer.Name),
            Texts(customers, customer => customer.Email),
            Texts(customers, customer => customer.EmailKey),
            Texts(customers, customer => customer.Phone),
            Texts(customers, customer => customer.Country),
            Texts(customers, customer => customer.PassportNumber),
            Texts(customers, customer => customer.Notes));
        var added = new HashSet<Guid>();
        await using (var reader = await insert.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                added.Add(reader.GetGuid(0));
            }
        }

        return [.. customers.Select(customer => !added.Contains(customer.Id))];
    }

    private static NpgsqlParameter Texts(Customer[] customers, Func<Customer, string?> value) => Column(customers, NpgsqlDbType.Text, value);

    private static NpgsqlParameter Column<T>(Customer[] customers, NpgsqlDbType type, Func<Customer, T> value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = customers.Select(value).ToArray() };
}
