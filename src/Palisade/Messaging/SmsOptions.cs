using Palisade.Crypto.Secrets;

namespace Palisade.Messaging;

/// <summary>Who carries SMS.</summary>
public enum SmsProvider
{
    /// <summary>Nobody: codes by SMS are not offered.</summary>
    None,

    /// <summary>The folder of the instance, for development.</summary>
    Folder,

    /// <summary>Africa's Talking.</summary>
    AfricasTalking,

    /// <summary>Twilio.</summary>
    Twilio,
}

/// <summary>The provider of SMS, and what limits their number and their price.</summary>
[Secret]
public sealed class SmsOptions
{
    /// <summary>Who carries them.</summary>
    public SmsProvider Provider { get; init; }

    /// <summary>Africa's Talking: the user name. Twilio: the account SID.</summary>
    public string Account { get; init; } = "";

    /// <summary>Africa's Talking: the API key. Twilio: the auth token.</summary>
    public string Secret { get; init; } = "";

    /// <summary>The number, short code or name they come from. Twilio also takes a messaging service's SID (<c>MG...</c>).</summary>
    public string Sender { get; init; } = "";

    /// <summary>Another address of the provider, for a sandbox; <see langword="null"/> means the real one.</summary>
    public Uri? Address { get; init; }

    /// <summary>A number waits this long for its next code. Default 60 s (R040).</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Codes that one number gets within 24 hours. Default 10 (R040).</summary>
    public int DailyPerNumber { get; init; } = 10;

    /// <summary>What one SMS is taken to cost, in cents. Default 5.</summary>
    public int EstimatedCents { get; init; } = 5;

    /// <summary>What one company may spend within a UTC day, in cents. Default 2,000.</summary>
    public int DailyCentsPerTenant { get; init; } = 2_000;

    /// <summary>What all companies together may spend on one country within a UTC day, in cents. Default 10,000.</summary>
    public int DailyCentsPerCountry { get; init; } = 10_000;

    /// <summary>Codes sent to a country within <see cref="WatchWindow"/> before their conversion says anything. Default 50.</summary>
    public int WatchSamples { get; init; } = 50;

    /// <summary>SMS to a country stop when a smaller share of the codes was entered. Range 0-1, default 0.2.</summary>
    public double WatchConversion { get; init; } = 0.2;

    /// <summary>How far back conversion is counted. Default 6 h.</summary>
    public TimeSpan WatchWindow { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How long a stopped country stays stopped; it then gets another chance. Default 24 h.</summary>
    public TimeSpan StopDuration { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The type's name: it holds a key.</summary>
    public override string ToString() => nameof(SmsOptions);
}
