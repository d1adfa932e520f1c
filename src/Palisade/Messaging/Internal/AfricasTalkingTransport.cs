using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Palisade.Messaging.Internal;

/// <summary>Africa's Talking, <c>POST /version1/messaging</c>.</summary>
internal sealed class AfricasTalkingTransport(SmsOptions options) : SmsProviderTransport(options.Address ?? new Uri("https://api.africastalking.com"))
{
    protected override HttpRequestMessage Request(Parcel parcel)
    {
        var form = new Dictionary<string, string> { ["username"] = options.Account, ["to"] = parcel.To, ["message"] = parcel.Letter.Text };
        if (options.Sender.Length > 0)
        {
            form["from"] = options.Sender;
        }

        var request = new HttpRequestMessage(HttpMethod.Post, "/version1/messaging") { Content = new FormUrlEncodedContent(form) };
        request.Headers.Add("apiKey", options.Secret);
        request.Headers.Accept.ParseAdd("application/json");
        return request;
    }

    protected override void Judge(HttpStatusCode status, string answer)
    {
        if (status is not (HttpStatusCode.OK or HttpStatusCode.Created))
        {
            throw Refused(status);
        }

        // The HTTP status speaks of the request, the recipient's code of the SMS: 100 processed, 101 sent, 102 queued.
        using var json = JsonDocument.Parse(answer);
        var code = json.RootElement.GetProperty("SMSMessageData").GetProperty("Recipients")[0].GetProperty("statusCode").GetInt32();
        if (code is not (100 or 101 or 102))
        {
            // 403 invalid number, 404 number of a kind not served, 406 opted out, 409 do not disturb.
            throw new TransportException(string.Create(CultureInfo.InvariantCulture, $"sms_refused_{code}"), forGood: code is 403 or 404 or 406 or 409);
        }
    }
}
