using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Messaging;
using Palisade.Messaging.Internal;

namespace Palisade.Crm.Tests.Messaging;

public sealed class SmsProviderTests : IAsyncLifetime
{
    private const string Number = "+254712345678";
    private const string Secret = "k3y-of-the-provider";
    private const string Taken =
        """{"SMSMessageData":{"Message":"Sent to 1/1","Recipients":[{"statusCode":101,"number":"+254712345678","status":"Success","messageId":"x"}]}}""";

    private readonly List<(string Path, Dictionary<string, string> Form, Dictionary<string, string> Headers)> asked = [];
    private WebApplication provider = null!;
    private Func<HttpContext, Task> answers = _ => Task.CompletedTask;
    private Uri address = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        provider = builder.Build();
        provider.Run(async context =>
        {
            var form = await context.Request.ReadFormAsync();
            asked.Add((
                context.Request.Path, form.ToDictionary(field => field.Key, field => field.Value.ToString()),
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            await answers(context);
        });
        await provider.StartAsync();
        address = new Uri(provider.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public ValueTask DisposeAsync() => provider.DisposeAsync();

    [Fact]
    public async Task Africas_talking_is_asked_as_it_documents()
    {
        Answer(201, Taken);
        using var transport = new AfricasTalkingTransport(Options("sandbox", "PALISADE"));

        await transport.SendAsync(Parcel(), TestContext.Current.CancellationToken);

        var (path, form, headers) = Assert.Single(asked);
        Assert.Equal(("/version1/messaging", Secret), (path, headers["apiKey"]));
        Assert.Equal(("sandbox", Number, "Your code is 123456.", "PALISADE"), (form["username"], form["to"], form["message"], form["from"]));
    }

    [Theory, InlineData("+15550001111", "From"), InlineData("MG0123456789", "MessagingServiceSid")]
    public async Task Twilio_is_asked_as_it_documents(string sender, string field)
    {
        Answer(201, """{"sid":"SM1","status":"queued"}""");
        using var transport = new TwilioTransport(Options("AC1", sender));

        await transport.SendAsync(Parcel(), TestContext.Current.CancellationToken);

        var (path, form, headers) = Assert.Single(asked);
        Assert.Equal("/2010-04-01/Accounts/AC1/Messages.json", path);
        Assert.Equal($"Basic {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"AC1:{Secret}"))}", headers["Authorization"]);
        Assert.Equal((Number, sender, "Your code is 123456."), (form["To"], form[field], form["Body"]));
    }

    [Theory]
    [InlineData(201, """{"SMSMessageData":{"Recipients":[{"statusCode":403}]}}""", "sms_refused_403", true)]
    [InlineData(201, """{"SMSMessageData":{"Recipients":[{"statusCode":405}]}}""", "sms_refused_405", false)]
    [InlineData(201, """{"SMSMessageData":{"Recipients":[]}}""", "sms_no_answer", false), InlineData(201, "not json", "sms_no_answer", false)]
    [InlineData(401, "{}", "sms_http_401", false), InlineData(503, "", "sms_http_503", false)]
    public async Task What_africas_talking_does_not_take_is_told_apart(int status, string body, string reason, bool forGood)
    {
        Answer(status, body);
        using var transport = new AfricasTalkingTransport(Options("sandbox", ""));

        Assert.Equal((reason, forGood), await RefusedAsync(transport));
    }

    [Theory]
    [InlineData(400, """{"code":21211}""", "sms_refused_21211", true), InlineData(400, """{"code":21606}""", "sms_refused_21606", false)]
    [InlineData(400, "{}", "sms_no_answer", false), InlineData(429, "{}", "sms_http_429", false)]
    public async Task What_twilio_does_not_take_is_told_apart(int status, string body, string reason, bool forGood)
    {
        Answer(status, body);
        using var transport = new TwilioTransport(Options("AC1", "+15550001111"));

        Assert.Equal((reason, forGood), await RefusedAsync(transport));
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_a_flood_of_an_answer_is_not_read()
    {
        answers = context =>
        {
            context.Response.Redirect(new Uri(address, "/elsewhere").AbsoluteUri, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };
        using var transport = new TwilioTransport(Options("AC1", "+15550001111"));
        Assert.Equal(("sms_http_307", false), await RefusedAsync(transport));
        Assert.Single(asked);

        Answer(201, new string(' ', 1_000_000) + Taken);
        using var flooded = new AfricasTalkingTransport(Options("sandbox", ""));
        Assert.Equal(("sms_unreachable", false), await RefusedAsync(flooded));
    }

    [Fact]
    public async Task An_error_repeats_neither_key_nor_number()
    {
        Answer(400, $$"""{"code":21211,"message":"{{Number}} {{Secret}}"}""");
        using var transport = new TwilioTransport(Options("AC1", "+15550001111"));

        var refused = await Assert.ThrowsAsync<TransportException>(() => transport.SendAsync(Parcel(), TestContext.Current.CancellationToken));

        Assert.DoesNotContain(Number, refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, $"{Options("AC1", "")}{Parcel()}", StringComparison.Ordinal);
    }

    private void Answer(int status, string body) => answers = async context =>
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body);
    };

    private static async Task<(string Reason, bool ForGood)> RefusedAsync(SmsProviderTransport transport)
    {
        var refused = await Assert.ThrowsAsync<TransportException>(() => transport.SendAsync(Parcel(), TestContext.Current.CancellationToken));
        return (refused.Reason, refused.ForGood);
    }

    private SmsOptions Options(string account, string sender) => new() { Account = account, Secret = Secret, Sender = sender, Address = address };

    private static Parcel Parcel() =>
        new(Guid.CreateVersion7(), TimeProvider.System.GetUtcNow(), "sms_code", Number, new Letter("", "Your code is 123456.", ""));
}
