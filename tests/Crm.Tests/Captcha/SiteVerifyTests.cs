using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Audit;
using Palisade.Captcha;
using Palisade.Captcha.Internal;

namespace Palisade.Crm.Tests.Captcha;

public sealed class SiteVerifyTests
{
    private static readonly RequestFacts Facts = new("-", "POST", null, IPAddress.Parse("203.0.113.9"), null, null);

    [Theory]
    [InlineData(CaptchaProvider.HCaptcha, """{"success":true}""", true)]
    [InlineData(CaptchaProvider.Turnstile, """{"success":true,"hostname":"example.com"}""", true)]
    [InlineData(CaptchaProvider.Turnstile, """{"success":false,"error-codes":["timeout-or-duplicate"]}""", false)]
    [InlineData(CaptchaProvider.Turnstile, """{"success":"true"}""", false)]
    [InlineData(CaptchaProvider.HCaptcha, "[]", false)]
    [InlineData(CaptchaProvider.HCaptcha, "<html>", false)]
    [InlineData(CaptchaProvider.HCaptcha, null, false)]
    public async Task Only_a_clear_yes_of_the_provider_is_one(CaptchaProvider provider, string? answer, bool solved)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var captcha = New(provider, listener, TimeSpan.FromSeconds(answer is null ? 0.2 : 20));
        var asked = AnswerAsync(listener, answer);

        Assert.Equal(solved, await captcha.IsSolvedAsync("a token", Facts, TestContext.Current.CancellationToken));

        if (answer is not null)
        {
            var form = await asked;
            Assert.Contains("secret=hush", form, StringComparison.Ordinal);
            Assert.Contains("response=a+token", form, StringComparison.Ordinal);
            Assert.Contains("remoteip=203.0.113.9", form, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_lets_nobody_through()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var captcha = New(CaptchaProvider.Turnstile, listener, TimeSpan.FromSeconds(20));
        listener.Stop();
        Assert.False(await captcha.IsSolvedAsync("a token", Facts, TestContext.Current.CancellationToken));
    }

    private static SiteVerify New(CaptchaProvider provider, TcpListener listener, TimeSpan timeout) => new(
        new CaptchaOptions
        {
            Provider = provider,
            Key = new byte[32],
            Secret = "hush",
            SiteKey = "site",
            VerifyUrl = new Uri($"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/siteverify"),
            Timeout = timeout,
        },
        NullLogger<SiteVerify>.Instance);

    /// <summary>Reads one request and answers it, or, without an answer, stays silent.</summary>
    private static async Task<string> AnswerAsync(TcpListener listener, string? answer)
    {
        using var connection = await listener.AcceptTcpClientAsync();
        var stream = connection.GetStream();
        var (buffer, text) = (new byte[8192], new StringBuilder());
        while (!text.ToString().Contains("response=", StringComparison.Ordinal) || !text.ToString().Contains("remoteip=", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0)
            {
                return text.ToString();
            }

            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        if (answer is not null)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {answer.Length}\r\nConnection: close\r\n\r\n{answer}"));
        }
        else
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
        }

        return text.ToString();
    }
}
