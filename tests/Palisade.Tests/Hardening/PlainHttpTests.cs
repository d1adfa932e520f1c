using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Palisade.Hardening;

namespace Palisade.Tests.Hardening;

public sealed class PlainHttpTests
{
    [Fact, Requirement("R151")]
    public async Task Over_plain_HTTP_nothing_promises_HTTPS_and_everything_else_stays()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHardening();
        await using var app = builder.Build();
        app.UseRequestIds().UseHardening();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient();

        using var answer = await client.GetAsync(
            new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), TestContext.Current.CancellationToken);

        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
    }
}
