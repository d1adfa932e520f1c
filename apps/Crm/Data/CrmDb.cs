using System.Text;
using Microsoft.EntityFrameworkCore;
using Palisade.Crm.Customers;
using Palisade.Crm.Estates;
using Palisade.Privacy;
using Palisade.Storage;
using Palisade.Tenancy;

namespace Palisade.Crm.Data;

/// <summary>The CRM's tables, seen through one unit of work: its connection, its transaction, its tenant.</summary>
public sealed class CrmDb : DbContext
{
    private CrmDb(DbContextOptions options)
        : base(options)
    {
    }

    /// <summary>Estates that were not deleted.</summary>
    public DbSet<Estate> Estates => Set<Estate>();

    /// <summary>Customers that were not deleted.</summary>
    public DbSet<Customer> Customers => Set<Customer>();

    /// <summary>The tables as this unit of work may see them. What is saved here is committed by the unit of work.</summary>
    public static CrmDb In(UnitOfWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var db = new CrmDb(new DbContextOptionsBuilder().UseNpgsql(work.Connection, npgsql => npgsql.CommandTimeout(work.CommandTimeout)).Options);
        db.Database.UseTransaction(work.Transaction);
        return db;
    }

    /// <summary>The tables to read from, and only that: one round trip a query.</summary>
    public static CrmDb Reading(PalisadeDatabase database, TenantId tenant)
    {
        ArgumentNullException.ThrowIfNull(database);
        return new CrmDb(database.ReadingOptions(tenant));
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.HasDefaultSchema("crm");
        modelBuilder.Entity<Estate>().ToTable("estates").HasQueryFilter(estate => estate.DeletedAt == null);
        modelBuilder.Entity<Customer>().ToTable("customers").HasQueryFilter(customer => customer.DeletedAt == null);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(SnakeCase(property.Name));
        }

        modelBuilder.MapPersonalColumns();
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            text.Append(char.IsUpper(letter) && text.Length > 0 ? "_" : "").Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
