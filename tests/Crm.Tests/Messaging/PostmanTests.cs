using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Messaging;
using Palisade.Messaging.Internal;

namespace Palisade.Crm.Tests.Messaging;

public sealed class PostmanTests(PostOffice post) : IClassFixture<PostOffice>
{
    [Fact]
    public async Task A_mail_that_was_not_taken_is_tried_again_later_and_later_under_the_same_id()
    {
        await post.EmptyAsync();
        using var held = post.Crm.Clock.Hold();
        var refusals = 0;
        post.Smtp.Manners = new SmtpManners { Instead = verb => verb == "RCPT" && refusals++ < 2 ? "451 later" : null };
        await post.PostAsync(post.Notice("patient@example.com"));
        var before = post.Smtp.Received.Count;

        await DeliverAsync();
        Assert.Equal("smtp_rcpt_451", await post.Crm.Behind.ReadAsync<string>("SELECT last_problem FROM messaging.outbox"));
        await DeliverAsync(); // not due yet
        Assert.Equal(1, refusals);
        post.Crm.Clock.Advance(TimeSpan.FromSeconds(31));
        await DeliverAsync();
        Assert.Equal(2, refusals);
        post.Crm.Clock.Advance(TimeSpan.FromSeconds(61));
        await DeliverAsync();

        var received = Assert.Single(post.Smtp.Received.Skip(before));
        var id = await post.Crm.Behind.ReadAsync<Guid>("SELECT id FROM messaging.outbox WHERE state = 'sent' AND attempts = 3");
        Assert.StartsWith($"<{id:N}@", received.Mail.Headers["Message-ID"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_day_it_is_given_up_with_an_event_and_emptied()
    {
        await post.EmptyAsync();
        var events = await post.Crm.Behind.EventsAsync("MESSAGE_GIVEN_UP", post.Ada.User);
        post.Smtp.Manners = new SmtpManners { Instead = verb => verb == "" ? "421 closed" : null };
        await post.PostAsync(post.Notice("never@example.com"));

        for (var hour = 0; hour < 26; hour++)
        {
            await DeliverAsync();
            post.Crm.Clock.Advance(TimeSpan.FromHours(1));
        }

        post.Smtp.Manners = new SmtpManners();
        Assert.Equal(1, await post.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM messaging.outbox WHERE state = 'given_up' AND sealed IS NULL"));
        Assert.Equal(events + 1, await post.Crm.Behind.EventsAsync("MESSAGE_GIVEN_UP", post.Ada.User));
        Assert.Equal(0, await post.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM audit.events WHERE details::text LIKE '%never@%'"));
    }

    [Fact]
    public async Task What_is_refused_for_good_is_given_up_at_once()
    {
        await post.EmptyAsync();
        post.Smtp.Manners = new SmtpManners { Instead = verb => verb == "RCPT" ? "550 nobody" : null };
        await post.PostAsync(post.Notice("nobody@example.com"));

        await DeliverAsync();

        post.Smtp.Manners = new SmtpManners();
        Assert.Equal("given_up smtp_rcpt_550", await post.Crm.Behind.ReadAsync<string>("SELECT state || ' ' || last_problem FROM messaging.outbox"));
    }

    [Fact]
    public async Task A_link_that_is_over_is_not_sent_any_more()
    {
        await post.EmptyAsync();
        await post.PostAsync(Messages.VerifyEmail(post.Ada with { Address = "late@example.com" }, "token", TimeSpan.FromHours(1)));
        var before = post.Smtp.Received.Count;

        post.Crm.Clock.Advance(TimeSpan.FromMinutes(61));
        await DeliverAsync();

        Assert.Equal(before, post.Smtp.Received.Count);
        Assert.Equal("given_up too_late", await post.Crm.Behind.ReadAsync<string>("SELECT state || ' ' || last_problem FROM messaging.outbox"));
    }

    [Fact]
    public async Task A_process_that_dies_after_the_servers_yes_sends_again_under_the_same_id_and_one_that_dies_before_loses_nothing()
    {
        await post.EmptyAsync();
        await post.PostAsync(post.Notice("twice@example.com"));
        var before = post.Smtp.Received.Count;
        using var dying = new CancellationTokenSource();

        // The server's yes arrives, and the process is gone before it can write that down.
        var postman = Postman(post.Crm, new Dying(post.Crm.Services.GetServices<ITransport>().Last(), dying));
        await postman.DeliverAsync(Channel.Mail, dying.Token);
        Assert.Equal(0, await post.Postman.DeliverAsync(Channel.Mail, CancellationToken.None)); // its lease still runs
        post.Crm.Clock.Advance(TimeSpan.FromMinutes(3));
        await DeliverAsync();

        var copies = post.Smtp.Received.Skip(before).ToList();
        Assert.Equal(2, copies.Count);
        Assert.Equal(copies[0].Mail.Headers["Message-ID"], copies[1].Mail.Headers["Message-ID"]);
        Assert.Equal(copies[0].Content, copies[1].Content);
    }

    [Fact]
    public async Task A_server_that_hangs_holds_no_transaction_and_no_request()
    {
        await post.EmptyAsync();
        post.Smtp.Manners = new SmtpManners { Instead = verb => verb == "." ? "" : null };
        await post.PostAsync(post.Notice("hung@example.com"));
        using var leaving = new CancellationTokenSource();

        var delivery = post.Postman.DeliverAsync(Channel.Mail, leaving.Token);
        while (!post.Smtp.Heard.Contains("tls DATA"))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        using var visitor = post.Crm.NewClient();
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/health/ready")).Status);
        Assert.True(await post.PostAsync(post.Notice("another@example.com")));
        Assert.Equal(0, await post.Crm.Behind.ReadAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"));
        Assert.False(delivery.IsCompleted);
        await leaving.CancelAsync();
        await delivery;
        post.Smtp.Manners = new SmtpManners();
    }

    [Fact]
    public async Task Deliveries_and_what_waits_are_counted()
    {
        await post.EmptyAsync();
        await post.PostAsync(post.Notice("counted@example.com"));
        await DeliverAsync();
        await post.PostAsync(post.Notice("waits@example.com"));
        await post.Crm.Services.GetRequiredService<OutboxUpkeep>().RunAsync(TestContext.Current.CancellationToken);
        post.Crm.Clock.Advance(TimeSpan.FromMinutes(5));

        using var visitor = post.Crm.NewClient();
        var metrics = (await visitor.GetAsync("/metrics")).Text;

        Assert.Matches("palisade_messages_total\\{channel=\"mail\",template=\"password_changed\",result=\"sent\"\\} [1-9]", metrics);
        Assert.Contains("palisade_outbox_waiting{channel=\"mail\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Matches("palisade_outbox_oldest_seconds\\{channel=\"mail\"\\} 30[0-9]\n", metrics);
        await post.EmptyAsync();
    }

    private async Task DeliverAsync()
    {
        while (await post.Postman.DeliverAsync(Channel.Mail, CancellationToken.None) > 0)
        {
        }
    }

    private static Postman Postman(CrmInstance crm, ITransport transport) => ActivatorUtilities.CreateInstance<Postman>(crm.Services, (IEnumerable<ITransport>)[transport]);

    private sealed class Dying(ITransport inner, CancellationTokenSource process) : ITransport
    {
        public Channel Channel => inner.Channel;

        public async Task SendAsync(Parcel parcel, CancellationToken cancellationToken)
        {
            await inner.SendAsync(parcel, CancellationToken.None);
            await process.CancelAsync();
            process.Token.ThrowIfCancellationRequested();
        }
    }
}

/// <summary>Three servers that share one outbox and one mail server.</summary>
public sealed class ManyPostmenTests(ManyPostmenTests.MailTrio trio) : IClassFixture<ManyPostmenTests.MailTrio>
{
    private const int Mails = 300;

    [Fact]
    public async Task Many_nodes_send_each_mail_once()
    {
        var owner = await trio.First.Behind.ReadAsync<Guid>("SELECT id FROM accounts.users");
        var tenant = await trio.First.Behind.ReadAsync<Guid>("SELECT tenant_id FROM accounts.users");
        var outbox = trio.First.Services.GetRequiredService<Outbox>();
        await using (var work = await trio.First.Services.GetRequiredService<Palisade.Storage.PalisadeDatabase>()
            .BeginSystemAsync(Palisade.Audit.RequestFacts.OfProcess("test"), TestContext.Current.CancellationToken))
        {
            for (var index = 0; index < Mails; index++)
            {
                var to = new Recipient(new(tenant), owner, $"person{index}@example.com", null);
                await outbox.SendAsync(work, Messages.PasswordChanged(to, new Occasion(trio.First.Clock.GetUtcNow(), null, null)), TestContext.Current.CancellationToken);
            }

            await work.CommitAsync(TestContext.Current.CancellationToken);
        }

        await Task.WhenAll(trio.Instances.SelectMany(instance => Enumerable.Repeat(instance, 2)).Select(async instance =>
        {
            while (await instance.Services.GetRequiredService<Postman>().DeliverAsync(Channel.Mail, CancellationToken.None) > 0)
            {
            }
        }));

        // The office itself was told of its administrator's device.
        var received = trio.Smtp.Received.Where(mail => mail.Mail.Kind == "password_changed").ToList();
        Assert.Equal(Mails, received.Count);
        Assert.Equal(Mails, received.Select(mail => mail.Mail.Headers["Message-ID"]).Distinct().Count());
        Assert.Equal(Mails, await trio.First.Behind.ReadAsync<long>("SELECT count(*) FROM messaging.outbox WHERE template = 'password_changed' AND state = 'sent' AND attempts = 1"));
    }

    public sealed class MailTrio(TestCluster cluster) : CrmTrio(cluster)
    {
        public SmtpServer Smtp { get; } = new();

        protected override void Configure(IServiceCollection services) => PostOffice.Quieten(services, Smtp);
    }
}
