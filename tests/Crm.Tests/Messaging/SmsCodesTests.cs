using Microsoft.Extensions.DependencyInjection;
using Palisade.Audit;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Messaging;
using Palisade.Messaging.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Crm.Tests.Messaging;

public sealed class SmsCodesTests(PostOffice post) : IClassFixture<PostOffice>
{
    private static readonly CountryCode Kenya = CountryCode.Parse("KE");
    private static readonly CancellationToken None = CancellationToken.None;

    private int numbers;

    [Fact]
    public async Task A_code_arrives_once_and_is_in_the_database_only_sealed_and_in_no_log()
    {
        await ResetAsync();
        Assert.Equal(SmsRefusal.None, (await SendAsync(Codes(), Number("+254712345678"), code: "804215")).Refusal);

        var waiting = await post.Crm.Behind.WholeTextAsync();
        Assert.DoesNotContain("804215", waiting, StringComparison.Ordinal);
        Assert.DoesNotContain("712345678", waiting, StringComparison.Ordinal);

        var sms = Assert.Single(await new MailBox(post.Crm).SmsAsync("+254712345678"));
        Assert.Equal("Your Palisade verification code is: 804215. Valid for 5 minutes.", sms.Text);
        Assert.DoesNotContain("712345678", await post.Crm.Behind.WholeTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_at_once_one_goes_and_the_next_a_minute_later()
    {
        await ResetAsync();
        using var held = post.Crm.Clock.Hold();
        var number = NextNumber();

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(Codes(), number)));
        Assert.Equal(1, verdicts.Count(verdict => verdict.Refusal == SmsRefusal.None));
        Assert.Equal(7, verdicts.Count(verdict => verdict == new SmsVerdict(SmsRefusal.TooSoon, TimeSpan.FromSeconds(60))));

        post.Crm.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(SmsRefusal.TooSoon, (await SendAsync(Codes(), number)).Refusal);
        post.Crm.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SmsRefusal.None, (await SendAsync(Codes(), number)).Refusal);
    }

    [Fact]
    public async Task A_number_gets_its_ten_a_day_and_then_waits()
    {
        await ResetAsync();
        using var held = post.Crm.Clock.Hold();
        var number = NextNumber();
        for (var index = 0; index < 10; index++)
        {
            Assert.Equal(SmsRefusal.None, (await SendAsync(Codes(), number)).Refusal);
            post.Crm.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        var refused = await SendAsync(Codes(), number);
        Assert.Equal(new SmsVerdict(SmsRefusal.DailyCap, TimeSpan.FromHours(24) - TimeSpan.FromMinutes(20)), refused);
        Assert.Equal(SmsRefusal.None, (await SendAsync(Codes(), NextNumber())).Refusal);
        post.Crm.Clock.Advance(refused.RetryAfter);
        Assert.Equal(SmsRefusal.None, (await SendAsync(Codes(), number)).Refusal);
    }

    [Fact]
    public async Task The_money_of_a_company_and_of_a_country_ends_exactly_where_it_was_set()
    {
        await ResetAsync();
        using var held = post.Crm.Clock.Hold();
        var company = Codes(new SmsOptions { Provider = SmsProvider.Folder, EstimatedCents = 5, DailyCentsPerTenant = 52, DailyCentsPerCountry = 10_000 });
        var country = Codes(new SmsOptions { Provider = SmsProvider.Folder, EstimatedCents = 5, DailyCentsPerTenant = 10_000, DailyCentsPerCountry = 72 });

        Assert.Equal(10, await CountSentAsync(company, 30)); // 52 cents
        Assert.Equal(4, await CountSentAsync(country, 30)); // 72 cents, 50 of which are spent
        // Another country is another budget; a refused number did not lose its turn.
        Assert.Equal(SmsRefusal.None, (await SendAsync(country, Number("+491701234567", "DE"))).Refusal);
        Assert.Equal(15, await post.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM messaging.mailbox_caps WHERE kind = 'sms_code'"));

        post.Crm.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(10, await CountSentAsync(company, 30));
    }

    [Theory]
    [InlineData("+254900223344"), InlineData("+447012345678"), InlineData("+80012345678")]
    public async Task Numbers_that_earn_money_or_belong_to_no_country_get_nothing(string number)
    {
        await ResetAsync();
        if (!PhoneNumber.TryParse(number, Kenya, out var parsed, out _))
        {
            return; // its plan does not even know it
        }

        Assert.Equal(SmsRefusal.NotAMobile, (await SendAsync(Codes(), parsed)).Refusal);
        Assert.Equal(0, await post.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM messaging.outbox"));
    }

    [Fact]
    public async Task A_country_whose_codes_nobody_enters_stops_by_itself_is_told_of_once_and_gets_another_chance()
    {
        await ResetAsync();
        using var held = post.Crm.Clock.Hold();
        Assert.Equal(50, await CountSentAsync(Codes(), 50));
        await using (var work = await BeginAsync())
        {
            for (var index = 0; index < 9; index++)
            {
                await Codes().ReportVerifiedAsync(work, NextNumber(), None); // 18 %
            }

            await work.CommitAsync(None);
        }

        await LookAsync();
        Assert.Equal(SmsRefusal.None, (await SendAsync(Codes(), NextNumber())).Refusal); // too early to say
        post.Crm.Clock.Advance(TimeSpan.FromMinutes(31));
        await Task.WhenAll(LookAsync(), LookAsync(), LookAsync());

        var refused = await SendAsync(Codes(), NextNumber());
        Assert.Equal(SmsRefusal.CountryStopped, refused.Refusal);
        Assert.Equal(1, await post.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM audit.events WHERE type = 'SMS_COUNTRY_STOPPED' AND entity_id = 'KE'"));
        Assert.Equal(SmsRefusal.None, (await SendAsync(Codes(), Number("+491701234567", "DE"))).Refusal);
        Assert.Contains("\"country\":\"KE\"", await SeenByAdministratorAsync(), StringComparison.Ordinal);

        post.Crm.Clock.Advance(refused.RetryAfter);
        await LookAsync();
        Assert.Equal(SmsRefusal.None, (await SendAsync(Codes(), NextNumber())).Refusal);
    }

    [Fact]
    public async Task A_country_whose_codes_are_entered_goes_on_however_many_there_are()
    {
        await ResetAsync();
        using var held = post.Crm.Clock.Hold();
        for (var index = 0; index < 60; index++)
        {
            var number = NextNumber();
            Assert.Equal(SmsRefusal.None, (await SendAsync(Codes(), number)).Refusal);
            if (index % 4 == 0)
            {
                await using var work = await BeginAsync();
                await Codes().ReportVerifiedAsync(work, number, None);
                await work.CommitAsync(None);
            }
        }

        post.Crm.Clock.Advance(TimeSpan.FromMinutes(31));
        await LookAsync();

        Assert.Equal(SmsRefusal.None, (await SendAsync(Codes(), NextNumber())).Refusal);
    }

    [Fact]
    public async Task Without_a_provider_no_code_is_taken()
    {
        var codes = Codes(new SmsOptions());

        Assert.False(codes.IsAvailable);
        Assert.Equal(SmsRefusal.Unavailable, (await SendAsync(codes, NextNumber())).Refusal);
    }

    private async Task<string> SeenByAdministratorAsync()
    {
        await post.Office.RenewAsync();
        return (await post.Office.Admin.GetAsync("/api/admin/messaging")).Text;
    }

    private SmsCodes Codes(SmsOptions? options = null) => ActivatorUtilities.CreateInstance<SmsCodes>(
        post.Crm.Services, options ?? new SmsOptions { Provider = SmsProvider.Folder, DailyCentsPerTenant = 100_000, DailyCentsPerCountry = 100_000 });

    private async Task<int> CountSentAsync(SmsCodes codes, int attempts)
    {
        var sent = 0;
        await Parallel.ForAsync(0, attempts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
        {
            if ((await SendAsync(codes, NextNumber())).Refusal == SmsRefusal.None)
            {
                Interlocked.Increment(ref sent);
            }
        });
        return sent;
    }

    private async Task<SmsVerdict> SendAsync(SmsCodes codes, PhoneNumber number, string code = "123456")
    {
        await using var work = await BeginAsync();
        var verdict = await codes.SendAsync(work, post.Ada, number, code, TimeSpan.FromMinutes(5), None);
        await work.CommitAsync(None);
        return verdict;
    }

    private ValueTask<UnitOfWork> BeginAsync() => post.Crm.Services.GetRequiredService<PalisadeDatabase>().BeginSystemAsync(RequestFacts.OfProcess("test"), None);

    private Task LookAsync() => post.Crm.Services.GetRequiredService<SmsWatch>().LookAsync(None);

    private PhoneNumber NextNumber() => Number($"+2547{Interlocked.Increment(ref numbers) + 10_000_000}");

    private static PhoneNumber Number(string number, string country = "KE") => PhoneNumber.Parse(number, CountryCode.Parse(country));

    private async Task ResetAsync()
    {
        await post.EmptyAsync();
        await post.Crm.Behind.ChangeAsync("DELETE FROM messaging.sms_spending; DELETE FROM messaging.sms_conversion; DELETE FROM messaging.sms_stops");
    }
}
