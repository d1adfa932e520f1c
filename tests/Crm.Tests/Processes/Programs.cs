using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Palisade.Configuration;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Processes;

/// <summary>The built program as it is deployed: so many processes over one PostgreSQL, with one set of secrets, and a Redis or none.</summary>
public abstract partial class Programs(TestCluster cluster, int count, bool withRedis) : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("palisade-programs-").FullName;
    private readonly List<(CrmProgram Program, Uri Address)> running = [];
    private TestRedis? redis;
    private int people;

    /// <summary>How many processes.</summary>
    public int Count => count;

    /// <summary>The administrator, at the first of them.</summary>
    public ApiClient Admin { get; private set; } = null!;

    /// <summary>The superuser's view of the database.</summary>
    public NpgsqlDataSource Behind { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        redis = withRedis ? await TestRedis.StartAsync() : null;
        var storage = await cluster.NewDatabaseAsync(CancellationToken.None);
        Behind = NpgsqlDataSource.Create(cluster.Superuser(storage) + ";Pooling=false");
        var secrets = Path.Combine(folder, SecretFile.FileName);
        SecretFile.Create(secrets);
        for (var number = 0; number < count; number++)
        {
            var data = Directory.CreateDirectory(DataFolder(number)).FullName;
            File.Copy(secrets, Path.Combine(data, SecretFile.FileName));
            var port = CrmProgram.FreePort();
            List<(string, string)> settings =
            [
                ("LOG_LEVEL", "warn"), ("DATABASE_URL", storage.ConnectionString), ("MIGRATION_DATABASE_URL", storage.MigrationConnectionString),
                ("DB_POOL_MAX", "6"), ("RATE_LIMIT_MULTIPLIER", "1000"), .. redis is null ? [] : ((string, string)[])[("REDIS_URL", redis.Address)],
            ];
            var program = CrmProgram.Start(data, port, asUser: null, [.. settings]);
            running.Add((program, new Uri(string.Create(CultureInfo.InvariantCulture, $"https://localhost:{port}"))));
            await program.ReadyAsync(CancellationToken.None);
        }

        Admin = NewClient(0);
        await Admin.SetUpNowAsync(DataFolder(0));
    }

    /// <summary>A client of its own connection, at one of the processes: they are used in turn.</summary>
    public ApiClient NewClient(int number) => new(running[number % count].Address, new TestClock(), "");

    /// <summary>Takes somebody on; answers their id and address.</summary>
    public async Task<(Guid Id, string Email)> HireAsync(string role)
    {
        var email = string.Create(CultureInfo.InvariantCulture, $"{role}{Interlocked.Increment(ref people)}@example.com");
        return (await Admin.HireAsync(email, role), email);
    }

    /// <summary>How many passwords all of them have hashed, as their own metrics say.</summary>
    public async Task<long> HashesAsync()
    {
        var sum = 0L;
        for (var number = 0; number < count; number++)
        {
            using var client = NewClient(number);
            var hashes = Hashes().Match((await client.GetAsync("/metrics")).Text);
            sum += hashes.Success ? long.Parse(hashes.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        }

        return sum;
    }

    public async ValueTask DisposeAsync()
    {
        Admin?.Dispose();
        foreach (var (program, _) in running)
        {
            program.Dispose();
        }

        if (Behind is not null)
        {
            await Behind.DisposeAsync();
        }

        if (redis is not null)
        {
            await redis.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private string DataFolder(int number) => Path.Combine(folder, number.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^palisade_password_hashes_total(?:\{[^}]*\})? ([0-9]+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hashes();
}

/// <summary>Three processes that share PostgreSQL and Redis.</summary>
public sealed class ThreePrograms(TestCluster cluster) : Programs(cluster, count: 3, withRedis: true);

/// <summary>One process, without Redis.</summary>
public sealed class OneProgram(TestCluster cluster) : Programs(cluster, count: 1, withRedis: false);
