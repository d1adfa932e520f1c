using Npgsql;
using Palisade.Configuration;

namespace Palisade.Tests.Configuration;

public class DatabaseUrlTests
{
    [Fact]
    public void A_url_becomes_a_connection_string_with_its_parts_decoded()
    {
        var builder = new NpgsqlConnectionStringBuilder(DatabaseUrl.ToConnectionString(
            "postgresql://app%20user:p%40ss%3Aw%2Frd+;'%22@db.internal:6432/crm" +
            "?sslmode=verify-full&sslrootcert=/etc/ca.pem&sslcert=/c.pem&sslkey=/k.pem"));

        Assert.Equal(("db.internal", 6432, "crm"), (builder.Host, builder.Port, builder.Database));
        Assert.Equal(("app user", "p@ss:w/rd+;'\""), (builder.Username, builder.Password));
        Assert.Equal(SslMode.VerifyFull, builder.SslMode);
        Assert.Equal(("/etc/ca.pem", "/c.pem", "/k.pem"), (builder.RootCertificate, builder.SslCertificate, builder.SslKey));
    }

    [Theory]
    [InlineData("postgres:///crm?host=/var/run/postgresql&user=app")]
    [InlineData("postgres://app@%2Fvar%2Frun%2Fpostgresql/crm")]
    [InlineData("Host=/var/run/postgresql;Database=crm;Username=app")]
    public void A_socket_folder_can_be_written_in_three_ways(string address)
    {
        var builder = new NpgsqlConnectionStringBuilder(DatabaseUrl.ToConnectionString(address));

        Assert.Equal(("/var/run/postgresql", "crm", "app"), (builder.Host, builder.Database, builder.Username));
    }

    [Fact]
    public void An_ipv6_host_keeps_its_port()
    {
        var builder = new NpgsqlConnectionStringBuilder(DatabaseUrl.ToConnectionString("postgresql://app@[fd00::7]:6432/crm"));

        Assert.Equal(("fd00::7", 6432), (builder.Host, builder.Port));
    }

    [Theory, Requirement("R281")]
    [InlineData("postgresql://app:hunter2@db:port/crm")]
    [InlineData("postgresql://app:hunter2#x@db/crm")]
    [InlineData("postgresql://app:x/hunter2@db/crm")]
    [InlineData("postgresql://app:x?hunter2@db/crm")]
    [InlineData("postgresql://app:hunter2@one,two/crm")]
    [InlineData("postgresql://app:hunter2@db/crm?sslmode=sometimes")]
    [InlineData("postgresql://app:hunter2@/crm")]
    [InlineData("Host=db;Passwort=hunter2")]
    [InlineData("Host=db;Port=hunter2")]
    [InlineData("Password=hunter2")]
    [InlineData("mysql://app:hunter2@db/crm")]
    public void An_unreadable_address_is_refused_without_being_repeated(string address)
    {
        var refusal = Assert.Throws<FormatException>(() => DatabaseUrl.ToConnectionString(address));

        Assert.DoesNotContain("hunter2", refusal.ToString());
    }

    [Theory, Requirement("R250", "R251")]
    [InlineData("postgresql://app:pw@db.internal/crm?sslmode=require")]
    [InlineData("postgresql://app:pw@db.internal/crm?sslmode=verify-ca")]
    [InlineData("postgresql://app:pw@db.internal/crm?sslmode=prefer")]
    [InlineData("postgresql://app:pw@db.internal/crm")]
    [InlineData("Host=db.internal;Database=crm;Username=app;Password=pw;SSL Mode=Require")]
    [InlineData("Host=/run/pg,db.internal;Database=crm;Username=app;Password=pw;SSL Mode=Require")]
    public void Production_refuses_a_server_whose_name_is_not_verified(string address)
    {
        Assert.Contains("VerifyFull", ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("DATABASE_URL", address))));
        Assert.Contains(
            "VerifyFull", ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("MIGRATION_DATABASE_URL", address))));
        Assert.Empty(ConfigurationOf.Read(ConfigurationOf.Development(("DATABASE_URL", address))).Mistakes);
    }

    [Fact, Requirement("R250")]
    public void Production_accepts_a_socket_of_the_same_machine() => Assert.Empty(ConfigurationOf.Read(
        ConfigurationOf.Production(("DATABASE_URL", "postgresql:///crm?host=/var/run/postgresql"))).Mistakes);

    [Fact, Requirement("R376", "R250")]
    public void The_separate_names_give_a_verified_connection_in_production()
    {
        var settings = ConfigurationOf.Settings(ConfigurationOf.Production(("DATABASE_URL", null),
            ("DB_HOST", "db.internal"), ("DB_PORT", "6432"), ("DB_NAME", "crm"), ("DB_USER", "app"), ("DB_PASSWORD", "a;b='c'")));

        var builder = new NpgsqlConnectionStringBuilder(DatabaseUrl.ToConnectionString(settings.Database.Url!));
        Assert.Equal(("db.internal", 6432, "crm", "app", "a;b='c'"),
            (builder.Host, builder.Port, builder.Database, builder.Username, builder.Password));
        Assert.Equal(SslMode.VerifyFull, builder.SslMode);
    }

    [Fact, Requirement("R372")]
    public void The_password_is_required_with_the_separate_names() =>
        Assert.StartsWith("DB_PASSWORD: ", ConfigurationOf.OnlyMistake(
        ConfigurationOf.Production(("DATABASE_URL", null), ("DB_HOST", "db.internal"), ("DB_NAME", "crm"), ("DB_USER", "app"))));

    [Fact, Requirement("R377")]
    public void A_url_and_separate_names_together_are_a_conflict() => Assert.StartsWith("DATABASE_URL: and DB_HOST",
        ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("DB_HOST", "db.internal"))));
}
