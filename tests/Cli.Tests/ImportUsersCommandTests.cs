using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Storage;

namespace Palisade.Cli.Tests;

public sealed class ImportUsersCommandTests : IDisposable
{
    // "Correct horse 7 battery!" by two other programs.
    private const string Bcrypt = "$2b$04$sDSVtUoIngC29LaxNqhgl.mNiEtd6oHS/g7Gck9oMSuE679TFrxLe";
    private const string Identity = "AQAAAAIAAYagAAAAEAABAgMEBQYHCAkKCwwNDg/WnhEuhFn36TmckI4nO3pMzTQz7i9ARlSbAzjhLyxy9Q==";
    private const string Header = "email,name,role,passwordHash,status\n";

    private static readonly (string, string) Development = ("PALISADE_ENVIRONMENT", "Development");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("palisade-users-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Good_records_are_imported_bad_ones_are_named_and_a_hash_is_never_repeated()
    {
        await using var cluster = await PrivateCluster.StartAsync(Path.Combine(folder.FullName, "server"), NullLogger.Instance, Cancel);
        (string, string)[] settings = [Development, ("DATABASE_URL", cluster.AppConnectionString), ("MIGRATION_DATABASE_URL", cluster.MigrationConnectionString)];
        Assert.Equal(0, (await Ran.Async(folder.FullName, ["migrate"], settings)).Exit);

        Write($"ada@example.com,Ada Lovelace,manager,{Bcrypt},\n");
        var early = await Ran.Async(folder.FullName, ["users", "import", "users.csv"], settings);
        Assert.Equal((1, ""), (early.Exit, early.Output));
        Assert.Contains("no company yet", early.Error, StringComparison.Ordinal);

        await using var behind = NpgsqlDataSource.Create(cluster.SuperuserConnectionString);
        await using (var company = behind.CreateCommand("INSERT INTO tenancy.tenants (id, name, created_at) VALUES (gen_random_uuid(), 'Acme', now())"))
        {
            await company.ExecuteNonQueryAsync(Cancel);
        }

        Write(
            $""""
             ada@example.com,Ada Lovelace,manager,{Bcrypt},
             bob@example.com,"Bob, the ""Builder""",viewer,{Identity},disabled
             not an address,Cleo Cruz,viewer,{Bcrypt},active
             dora@example.com,Dora Diaz,emperor,{Bcrypt},active
             emil@example.com,Emil Endo,viewer,5f4dcc3b5aa765d61d8327deb882cf99,active
             ADA@example.com,Ada Again,viewer,{Bcrypt},active
             finn@example.com,Finn Fox,viewer,{Bcrypt},locked
             gina@example.com,Gina
             """");
        var tried = await Ran.Async(folder.FullName, ["users", "import", "users.csv", "--dry-run", "--json"], settings);
        Assert.Equal((1, 0L), (tried.Exit, await CountAsync(behind)));
        var ran = await Ran.Async(folder.FullName, ["users", "import", "users.csv", "--company", "Acme", "--json"], settings);
        Assert.Equal(1, ran.Exit);
        Assert.Equal((8, 2, 2L), (ran.Json.GetProperty("rows").GetInt32(), ran.Json.GetProperty("imported").GetInt32(), ran.Json.GetProperty("remaining").GetInt64()));
        string[] rejected = ["4 email malformed", "5 role unknown", "6 passwordHash unreadable", "7 email duplicate", "8 status not_allowed", "9 row wrong_number_of_fields"];
        Assert.Equal(rejected, Rejected(ran));
        Assert.Equal(rejected, Rejected(tried));
        Assert.All((Ran[])[tried, ran], one => Assert.DoesNotContain("$2b$", one.All, StringComparison.Ordinal));
        Assert.Equal(2, await CountAsync(behind));
        await using var events = behind.CreateCommand("SELECT count(*) FROM audit.events WHERE type = 'USER_IMPORTED' AND NOT events::text LIKE '%$2b$%'");
        Assert.Equal(2L, await events.ExecuteScalarAsync(Cancel));

        var doctor = await Ran.Async(folder.FullName, ["doctor"], settings);
        Assert.Equal(0, doctor.Exit);
        Assert.Contains("2 passwords are still kept as another program hashed them", doctor.Output, StringComparison.Ordinal);

        Write($"gina@example.com,Gina Gomez,viewer,{Bcrypt},active\n");
        var good = await Ran.Async(folder.FullName, ["users", "import", "users.csv"], settings);
        Assert.Equal((0, "1 of 1 accounts were imported."), (good.Exit, good.Output.Split('\n')[0]));
        var again = await Ran.Async(folder.FullName, ["users", "import", "users.csv"], settings);
        Assert.Equal((1, "line 2: email duplicate"), (again.Exit, again.Output.Split('\n')[0]));
    }

    [Fact]
    public async Task A_file_that_is_missing_or_none_of_ours_is_one_sentence_and_a_missing_argument_is_usage()
    {
        Assert.Equal(2, (await Ran.Async(folder.FullName, ["users", "import"], Development)).Exit);
        var missing = await Ran.Async(folder.FullName, ["users", "import", "nowhere.csv"], Development);
        Assert.Equal((1, ""), (missing.Exit, missing.Output));
        Assert.DoesNotContain("   at ", missing.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Rejected(Ran ran) => ran.Json.GetProperty("rejected").EnumerateArray()
        .Select(row => $"{row.GetProperty("line").GetInt32()} {row.GetProperty("field").GetString()} {row.GetProperty("code").GetString()}");

    private static async Task<long> CountAsync(NpgsqlDataSource behind)
    {
        await using var count = behind.CreateCommand("SELECT count(*) FROM accounts.users");
        return (long)(await count.ExecuteScalarAsync(Cancel))!;
    }

    private void Write(string rows) => File.WriteAllText(Path.Combine(folder.FullName, "users.csv"), Header + rows);
}
