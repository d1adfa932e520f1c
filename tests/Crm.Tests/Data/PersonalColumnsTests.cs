using System.Reflection;
using Palisade.Audit;
using Palisade.Crm.Data;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;
using Palisade.Privacy;
using Palisade.Storage;
using Palisade.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Palisade.Crm.Tests.Data;

public sealed class PersonalColumnsTests(CrmInstance crm) : IClassFixture<CrmInstance>
{
    [Fact]
    public async Task What_is_marked_personal_in_the_code_is_personal_in_the_schema_for_the_same_reason_and_the_other_way_round()
    {
        await using var work = await crm.Services.GetRequiredService<PalisadeDatabase>().BeginAsync(
            new TenantId(Guid.CreateVersion7()), RequestFacts.OfProcess("test"), TestContext.Current.CancellationToken);
        await using var db = CrmDb.In(work);
        var marked = db.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties())
            .Where(property => property.PropertyInfo?.IsDefined(typeof(PersonalAttribute)) is true)
            .Select(property => $"crm.{property.DeclaringType.GetTableName()}.{property.GetColumnName()}: {property.PropertyInfo!.GetCustomAttribute<PersonalAttribute>()!.Purpose}")
            .Order(StringComparer.Ordinal).ToList();

        var inSchema = (await crm.Behind.RowsAsync("""
            SELECT format('%s.%s: %s', attrelid::regclass, attname, substr(col_description(attrelid, attnum), length('personal: ') + 1))
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'crm'::regnamespace AND col_description(attrelid, attnum) LIKE 'personal: %'
            """)).Select(row => (string)row[0]!).Order(StringComparer.Ordinal);
        Assert.Contains("crm.customers.passport_number: to identify the customer in a contract", marked);
        Assert.Equal(marked, inSchema);
    }

    [Fact]
    [Requirement("R255")]
    public async Task Analytics_read_none_of_them_and_may_count_customers_by_country()
    {
        Assert.Empty(await crm.Behind.RowsAsync("""
            SELECT attrelid::regclass::text, attname::text FROM pg_attribute
            WHERE col_description(attrelid, attnum) LIKE 'personal:%' AND has_column_privilege('palisade_readonly', attrelid, attname, 'SELECT')
            """));
        await using var connection = await crm.Behind.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await Sql.RowsAsync(connection, "SET ROLE palisade_readonly");
        await Sql.RowsAsync(connection, "SELECT country, count(*) FROM crm.customers GROUP BY country");
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => Sql.RowsAsync(connection, "SELECT email FROM crm.customers"));
        Assert.Equal(Npgsql.PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }
}
