using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Palisade.Passwords.Internal;

public sealed class BreachedPasswordsTests : IDisposable
{
    // SHA-1 of "correct horse battery staple": ABF7A AD6438836DBE526AA231ABDE2D0EEF74D42.
    private const string Password = "correct horse battery staple";
    private const string Suffix = "AD6438836DBE526AA231ABDE2D0EEF74D42";

    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener listener = new();
    private readonly List<string> results = [];

    public BreachedPasswordsTests()
    {
        var scope = services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Name == "palisade_breached_password_checks_total" && instrument.Meter.Scope == scope)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => results.Add((string)tags[0].Value!));
        listener.Start();
    }

    public void Dispose()
    {
        listener.Dispose();
        services.Dispose();
    }

    [Fact]
    public async Task A_listed_password_is_found_and_five_digits_of_its_hash_are_all_that_leaves()
    {
        using var server = RangeServer.Of("0018A45C4D1DEF81644B54AB7F969B88D65:3", $"{Suffix}:4012");

        Assert.True(await AsksAsync(server.Address));
        Assert.Equal(("/range/ABF7A", "true"), Assert.Single(server.Asked));
        Assert.Equal(["listed"], results);
    }

    [Theory]
    [InlineData("0018A45C4D1DEF81644B54AB7F969B88D65:3")]
    [InlineData(Suffix + ":0")]
    [InlineData("AD6438836DBE526AA231ABDE2D0EEF74D4:9")]
    [InlineData("")]
    public async Task Another_suffix_or_a_row_of_padding_is_no_hit(string line)
    {
        using var server = RangeServer.Of(line);

        Assert.False(await AsksAsync(server.Address));
        Assert.Equal(["clean"], results);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(404)]
    public async Task A_service_that_fails_is_passed_over(int status)
    {
        using var server = new RangeServer((_, response) =>
        {
            response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.False(await AsksAsync(server.Address));
        Assert.Equal(["unavailable"], results);
    }

    [Fact]
    public async Task A_service_that_hangs_or_is_away_or_never_ends_is_passed_over()
    {
        var never = new TaskCompletionSource();
        using var hanging = new RangeServer((_, _) => never.Task);
        using var endless = new RangeServer(async (_, response) =>
        {
            for (var block = 0; block < 64; block++)
            {
                await response.OutputStream.WriteAsync(new byte[65536]);
            }
        });
        Assert.False(await AsksAsync(hanging.Address));
        Assert.False(await AsksAsync(endless.Address));
        Assert.False(await AsksAsync(new Uri("http://127.0.0.1:1/range/")));
        Assert.Equal(["unavailable", "unavailable", "unavailable"], results);
        never.SetResult();
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        using var elsewhere = RangeServer.Of($"{Suffix}:4012");
        using var server = new RangeServer((_, response) =>
        {
            response.Redirect(new Uri(elsewhere.Address, "ABF7A").AbsoluteUri);
            return Task.CompletedTask;
        });

        Assert.False(await AsksAsync(server.Address));
        Assert.Empty(elsewhere.Asked);
        Assert.Equal(["unavailable"], results);
    }

    [Fact]
    public async Task Without_an_address_nothing_is_asked_or_counted()
    {
        Assert.False(await AsksAsync(null));
        Assert.Empty(results);
    }

    private async Task<bool> AsksAsync(Uri? address)
    {
        using var breached = new BreachedPasswords(
            new PasswordOptions { BreachedPasswords = address }, services.GetRequiredService<IMeterFactory>(), NullLogger<BreachedPasswords>.Instance);
        return await breached.ListsAsync(Password, TestContext.Current.CancellationToken);
    }
}
