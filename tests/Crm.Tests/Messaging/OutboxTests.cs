using System.Text;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Messaging;

namespace Palisade.Crm.Tests.Messaging;

public sealed class OutboxTests(PostOffice post) : IClassFixture<PostOffice>
{
    private const string Token = "q4Zr1mXzLs5TyKd6WbHs0EoPjUaGe9FiBhVn3RtYdCk";

    [Fact]
    public async Task A_message_goes_out_if_and_only_if_its_act_was_committed()
    {
        await post.EmptyAsync();
        var before = post.Smtp.Received.Count;

        Assert.True(await post.PostAsync(post.Notice("undone@example.com"), commits: false));
        Assert.True(await post.PostAsync(post.Notice("done@example.com")));
        await new MailBox(post.Crm).DeliverAsync();

        Assert.Equal(["done@example.com"], post.Smtp.Received.Skip(before).SelectMany(mail => mail.To));
    }

    [Fact]
    public async Task While_it_waits_neither_address_nor_token_is_readable_and_afterwards_neither_is_there()
    {
        await post.EmptyAsync();
        await post.PostAsync(Messages.PasswordReset(post.Ada with { Address = "sealed@example.com" }, Token, TimeSpan.FromHours(1), new Occasion(post.Crm.Clock.GetUtcNow(), null, null)));

        var waiting = await post.Crm.Behind.WholeTextAsync();
        Assert.Equal("waiting", await post.Crm.Behind.ReadAsync<string>("SELECT state FROM messaging.outbox"));
        foreach (var secret in new[] { Token, "sealed@example.com" })
        {
            Assert.DoesNotContain(secret, waiting, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)), waiting, StringComparison.Ordinal);
        }

        await new MailBox(post.Crm).DeliverAsync();

        Assert.Equal(Token, post.Smtp.Received[^1].Mail.Token);
        Assert.Equal(1, await post.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM messaging.outbox WHERE state = 'sent' AND sealed IS NULL AND ended_at IS NOT NULL"));
    }

    [Fact]
    public async Task What_was_sealed_for_one_row_does_not_open_in_another()
    {
        await post.EmptyAsync();
        await post.PostAsync(post.Notice("one@example.com"));
        await post.PostAsync(post.Notice("two@example.com"));
        await post.Crm.Behind.ChangeAsync(
            "UPDATE messaging.outbox a SET sealed = b.sealed FROM messaging.outbox b WHERE a.id <> b.id AND a.id = (SELECT min(id::text)::uuid FROM messaging.outbox)");
        var before = post.Smtp.Received.Count;

        await new MailBox(post.Crm).DeliverAsync();

        Assert.Single(post.Smtp.Received.Skip(before));
        Assert.Equal("broken", await post.Crm.Behind.ReadAsync<string>("SELECT last_problem FROM messaging.outbox WHERE state = 'waiting'"));
    }

    [Fact]
    public async Task Of_a_thousand_requests_for_one_mailbox_three_are_mailed_within_the_hour_and_three_in_the_next()
    {
        await post.EmptyAsync();
        using var held = post.Crm.Clock.Hold();
        Message Reset() => Messages.PasswordReset(post.Ada with { Address = "flooded@example.com" }, Token, TimeSpan.FromHours(1), new Occasion(post.Crm.Clock.GetUtcNow(), null, null));

        Assert.Equal(3, await ManyAsync(1_000, Reset));
        post.Crm.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(0, await ManyAsync(20, Reset));
        // Another kind, another mailbox: each has its own.
        Assert.True(await post.PostAsync(Messages.VerifyEmail(post.Ada with { Address = "flooded@example.com" }, Token, TimeSpan.FromHours(1))));
        Assert.True(await post.PostAsync(Messages.VerifyEmail(post.Ada with { Address = "other@example.com" }, Token, TimeSpan.FromHours(1))));
        // The same mailbox in another spelling is the same mailbox.
        Assert.False(await post.PostAsync(Messages.PasswordReset(
            post.Ada with { Address = "FLOODED@Example.COM" }, Token, TimeSpan.FromHours(1), new Occasion(post.Crm.Clock.GetUtcNow(), null, null))));
        post.Crm.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(3, await ManyAsync(100, Reset));

        await new MailBox(post.Crm).DeliverAsync();
        Assert.InRange(post.Smtp.Received.Count(mail => mail.To.Contains("flooded@example.com") && mail.Mail.Kind == "password_reset"), 3, 6);
    }

    [Fact]
    public async Task One_device_is_told_of_once_however_many_requests_notice_it()
    {
        await post.EmptyAsync();
        var device = Guid.CreateVersion7();

        Assert.Equal(1, await ManyAsync(20, () => Messages.NewDevice(post.Ada, new Occasion(post.Crm.Clock.GetUtcNow(), null, null), device)));
    }

    [Fact]
    public async Task What_is_over_for_a_month_is_removed()
    {
        await post.EmptyAsync();
        await post.PostAsync(post.Notice("old@example.com"));
        await new MailBox(post.Crm).DeliverAsync();
        await post.PostAsync(post.Notice("waits@example.com"));
        var upkeep = (Palisade.Messaging.Internal.OutboxUpkeep)post.Crm.Services.GetService(typeof(Palisade.Messaging.Internal.OutboxUpkeep))!;

        await upkeep.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, await post.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM messaging.outbox"));
        post.Crm.Clock.Advance(TimeSpan.FromDays(31));
        await upkeep.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal("waiting", await post.Crm.Behind.ReadAsync<string>("SELECT string_agg(state, ',') FROM messaging.outbox"));
        Assert.Equal(0, await post.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM messaging.mailbox_caps"));
    }

    /// <summary>Posts side by side; answers how many were taken.</summary>
    private async Task<int> ManyAsync(int count, Func<Message> message)
    {
        var taken = 0;
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
        {
            if (await post.PostAsync(message()))
            {
                Interlocked.Increment(ref taken);
            }
        });
        return taken;
    }
}
