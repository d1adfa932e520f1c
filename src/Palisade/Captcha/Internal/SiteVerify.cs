using System.Text.Json;
using Microsoft.Extensions.Logging;
using Palisade.Audit;

namespace Palisade.Captcha.Internal;

/// <summary>hCaptcha and Turnstile: both check a token by the same form post, and take each token once.</summary>
/// <remarks>Fails closed for this attempt (R014): no answer in time, or one that cannot be read, is no solved captcha.</remarks>
internal sealed class SiteVerify : ICaptcha, IDisposable
{
    private const int MostOfAnAnswer = 16 * 1024;

    private readonly CaptchaOptions options;
    private readonly ILogger<SiteVerify> logger;
    private readonly Uri address;
    private readonly HttpClient http;

    public SiteVerify(CaptchaOptions options, ILogger<SiteVerify> logger)
    {
        this.options = options;
        this.logger = logger;
        address = options.VerifyUrl ?? new Uri(options.Provider == CaptchaProvider.HCaptcha
            ? "https://api.hcaptcha.com/siteverify"
            : "https://challenges.cloudflare.com/turnstile/v0/siteverify");
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = options.Timeout,
            MaxResponseContentBufferSize = MostOfAnAnswer,
        };
    }

    public async Task<bool> IsSolvedAsync(string solution, RequestFacts facts, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, string> { ["secret"] = options.Secret!, ["response"] = solution };
        if (options.SiteKey is { } siteKey && options.Provider == CaptchaProvider.HCaptcha)
        {
            fields["sitekey"] = siteKey; // so that no token of another page counts
        }

        if (facts.Address is { } client)
        {
            fields["remoteip"] = client.ToString();
        }

        try
        {
            using var form = new FormUrlEncodedContent(fields);
            using var answer = await http.PostAsync(address, form, cancellationToken);
            using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
            return answer.IsSuccessStatusCode && body.RootElement.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.True;
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or InvalidOperationException
            || exception is TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("The captcha provider gave no answer ({Failure}); the attempt is refused", exception.GetType().Name);
            return false;
        }
    }

    public void Dispose() => http.Dispose();
}
