using Microsoft.Extensions.DependencyInjection;
using Palisade.Audit;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Messaging;
using Palisade.Messaging.Internal;
using Palisade.Storage;
using Palisade.Tenancy;

namespace Palisade.Crm.Tests.Messaging;

/// <summary>A server whose outbox is emptied only when a test says so, through a mail server that a test can spoil.</summary>
public sealed class PostOffice(TestCluster cluster) : IAsyncLifetime
{
    private Recipient? ada;
    private Office? office;

    /// <summary>The mail server.</summary>
    public SmtpServer Smtp { get; } = new();

    /// <summary>The application.</summary>
    public CrmInstance Crm { get; private set; } = null!;

    /// <summary>The administrator, as somebody to write to.</summary>
    internal Recipient Ada => ada!;

    /// <summary>The administrator, signed in.</summary>
    internal Office Office => office!;

    internal Postman Postman => Crm.Services.GetRequiredService<Postman>();

    internal Outbox Outbox => Crm.Services.GetRequiredService<Outbox>();

    public async ValueTask InitializeAsync()
    {
        Crm = new CrmInstance(cluster) { Configure = builder => Quieten(builder.Services, Smtp) };
        await Crm.InitializeAsync();
        office = await Office.OpenAsync(Crm);
        ada = new Recipient(
            new TenantId(await Crm.Behind.ReadAsync<Guid>("SELECT tenant_id FROM accounts.users")), await Crm.Behind.ReadAsync<Guid>("SELECT id FROM accounts.users"), "ada@example.com", null);
        await Crm.Behind.ChangeAsync("DELETE FROM messaging.outbox; DELETE FROM messaging.mailbox_caps");
    }

    public async ValueTask DisposeAsync()
    {
        office?.Dispose();
        await Crm.DisposeAsync();
        await Smtp.DisposeAsync();
    }

    /// <summary>Mails go to this server, and only when a test delivers them.</summary>
    internal static void Quieten(IServiceCollection services, SmtpServer smtp)
    {
        var options = (MessagingOptions)services.Last(service => service.ServiceType == typeof(MessagingOptions)).ImplementationInstance!;
        services
            .AddSingleton(new MessagingOptions { PublicUrl = options.PublicUrl, From = options.From, Folder = options.Folder, Round = TimeSpan.FromHours(1) })
            .AddSingleton(smtp.Options())
            .AddSingleton<ITransport, SmtpTransport>();
    }

    /// <summary>Puts a message into the outbox, in a transaction of its own.</summary>
    internal async Task<bool> PostAsync(Message message, bool commits = true)
    {
        await using var work = await Crm.Services.GetRequiredService<PalisadeDatabase>().BeginSystemAsync(RequestFacts.OfProcess("test"), CancellationToken.None);
        var posted = await Outbox.SendAsync(work, message, CancellationToken.None);
        if (commits)
        {
            await work.CommitAsync(CancellationToken.None);
        }

        return posted;
    }

    /// <summary>A notice to somebody else each time.</summary>
    internal Message Notice(string address = "ada@example.com") => Messages.PasswordChanged(Ada with { Address = address }, new Occasion(Crm.Clock.GetUtcNow(), null, null));

    /// <summary>Forgets what was posted before.</summary>
    internal Task EmptyAsync() => Crm.Behind.ChangeAsync("DELETE FROM messaging.outbox; DELETE FROM messaging.mailbox_caps");
}
