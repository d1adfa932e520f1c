using System.Net;
using System.Text.Json;

namespace Palisade.Messaging.Internal;

/// <summary>An SMS provider behind HTTPS: one POST of a form, one JSON answer.</summary>
/// <remarks>What a provider answers is never logged or kept: it repeats the number.</remarks>
internal abstract class SmsProviderTransport : ITransport, IDisposable
{
    private const int LongestAnswer = 64 * 1024;

    private readonly HttpClient http;

    protected SmsProviderTransport(Uri address) => http = new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // a redirect would carry our key elsewhere
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(30),
        MaxResponseContentBufferSize = LongestAnswer,
    };

    public Channel Channel => Channel.Sms;

    public async Task SendAsync(Parcel parcel, CancellationToken cancellationToken)
    {
        using var request = Request(parcel);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            Judge(response.StatusCode, answer);
        }
        catch (HttpRequestException exception)
        {
            throw new TransportException("sms_unreachable", forGood: false, exception);
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransportException("sms_timeout", forGood: false, exception);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new TransportException("sms_no_answer", forGood: false, exception);
        }
    }

    public void Dispose()
    {
        http.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract HttpRequestMessage Request(Parcel parcel);

    /// <summary>Returns when the provider took it.</summary>
    /// <exception cref="TransportException">It did not.</exception>
    protected abstract void Judge(HttpStatusCode status, string answer);

    protected static TransportException Refused(HttpStatusCode status) => new($"sms_http_{(int)status}", forGood: false);
}
