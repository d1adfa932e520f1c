using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts;
using Palisade.Crm.Tests.Hosting;
using Palisade.Mfa;
using Palisade.Storage;

namespace Palisade.Crm.Tests.Attacks;

/// <summary>Three servers over one database, with one set of secrets; nothing else is shared between them.</summary>
public class CrmTrio(TestCluster cluster) : IAsyncLifetime
{
    // Two trios and some single instances run at once against a server with 60 connections.
    private const int PoolMax = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private Office? office;

    /// <summary>The servers; the first one migrated the database.</summary>
    public IReadOnlyList<CrmInstance> Instances { get; private set; } = [];

    /// <summary>Any of them, for what is not about there being three.</summary>
    public CrmInstance First => Instances[0];

    /// <summary>Takes on people.</summary>
    internal Office Office => office!;

    public async ValueTask InitializeAsync()
    {
        var first = await StartAsync(beside: null);
        Instances = [first, await StartAsync(first), await StartAsync(first)];
        office = await Office.OpenAsync(first);
    }

    public async ValueTask DisposeAsync()
    {
        office?.Dispose();
        foreach (var instance in Instances)
        {
            await instance.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>More settings of each server, by name.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>();

    /// <summary>Last words on the services of each server.</summary>
    protected virtual void Configure(IServiceCollection services)
    {
    }

    private async Task<CrmInstance> StartAsync(CrmInstance? beside)
    {
        CrmInstance? instance = null;
        instance = new CrmInstance(cluster)
        {
            Beside = beside,
            Settings = Settings,
            Captcha = "solved",
            Configure = builder =>
            {
                builder.Services.AddSingleton(WithSmallPool(instance!.Storage));
                CrmInstance.CaptchaIsNoHindrance(builder.Services);
                Configure(builder.Services);
            },
        };
        await instance.InitializeAsync();
        return instance;
    }

    private static StorageOptions WithSmallPool(StorageOptions storage) => new()
    {
        ConnectionString = storage.ConnectionString,
        MigrationConnectionString = storage.MigrationConnectionString,
        PoolMax = PoolMax,
        // What is counted here is guesses: a machine too busy for its own connections is another test's subject, and answers 503.
        ConnectTimeout = Patience,
        StatementTimeout = Patience,
    };
}

/// <summary>A trio without limits on guessing: what holds here holds by its own conditional write, not because a lock came first.</summary>
public sealed class UnlimitedTrio(TestCluster cluster) : CrmTrio(cluster)
{
    private const int Unlimited = 1_000_000;

    protected override void Configure(IServiceCollection services) => services
        .AddSingleton(new AccountOptions { MaxFailures = Unlimited, NetworkMaxFailures = Unlimited })
        .AddSingleton(new MfaOptions { ChallengeAttempts = Unlimited, ChallengeLifetime = TimeSpan.FromDays(1) });
}

/// <summary>Tests that share a trio, one after the other.</summary>
[CollectionDefinition]
public sealed class OnThreeServers : ICollectionFixture<CrmTrio>;

/// <summary>Tests that share an unlimited trio, one after the other.</summary>
[CollectionDefinition]
public sealed class OnThreeUnlimitedServers : ICollectionFixture<UnlimitedTrio>;
