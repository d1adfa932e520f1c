using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Palisade.Messaging.Internal;

/// <summary>Twilio, <c>POST /2010-04-01/Accounts/{sid}/Messages.json</c>.</summary>
internal sealed class TwilioTransport(SmsOptions options) : SmsProviderTransport(options.Address ?? new Uri("https://api.twilio.com"))
{
    protected override HttpRequestMessage Request(Parcel parcel)
    {
        var sender = options.Sender.StartsWith("MG", StringComparison.Ordinal) ? "MessagingServiceSid" : "From";
        var form = new Dictionary<string, string> { ["To"] = parcel.To, [sender] = options.Sender, ["Body"] = parcel.Letter.Text };
        return new HttpRequestMessage(HttpMethod.Post, $"/2010-04-01/Accounts/{Uri.EscapeDataString(options.Account)}/Messages.json")
        {
            Content = new FormUrlEncodedContent(form),
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Account}:{options.Secret}"))) },
        };
    }

    protected override void Judge(HttpStatusCode status, string answer)
    {
        if (status is HttpStatusCode.OK or HttpStatusCode.Created)
        {
            return;
        }

        if (status != HttpStatusCode.BadRequest)
        {
            throw Refused(status);
        }

        // 21211 no such number, 21610 opted out, 21614 no mobile number. Others are about us: a sender, a region.
        using var json = JsonDocument.Parse(answer);
        var code = json.RootElement.GetProperty("code").GetInt32();
        throw new TransportException(string.Create(CultureInfo.InvariantCulture, $"sms_refused_{code}"), forGood: code is 21211 or 21610 or 21614);
    }
}
