using System.Globalization;

namespace Palisade.Messaging;

/// <summary>Why an account was locked.</summary>
internal enum LockReason
{
    TooManyAttempts,
    SuspiciousActivity,
    Administrator,
}

/// <summary>A way to prove who one is, as mails call it.</summary>
internal enum FactorName
{
    Totp,
    Sms,
    Passkey,
    BackupCodes,
}

/// <summary>What made a sign-in, or an attempt at one, worth telling its account holder (ASVS V6.3.5).</summary>
internal enum Suspicion
{
    /// <summary>The password was right, the second factor wrong.</summary>
    SecondFactorWrong,

    /// <summary>It succeeded after several failures.</summary>
    AfterFailures,

    /// <summary>It succeeded after a long time of silence.</summary>
    AfterLongTime,
}

/// <summary>Every message the platform sends, with the values it carries.</summary>
/// <remarks>
/// None carries text that a stranger chose: who registers somebody else's address must not be able to write to them through us.
/// A token goes behind the <c>#</c> of a link, and only into messages whose purpose it is; a notice has no link at all.
/// </remarks>
internal static class Messages
{
    /// <summary>To an address that was just registered: the link that proves it can be read.</summary>
    public static Message VerifyEmail(Recipient to, string token, TimeSpan lifetime) =>
        Link(MessageKinds.VerifyEmail, to, MailPages.VerifyEmail, token, lifetime);

    /// <summary>To the real owner, when somebody registers their address again (R003).</summary>
    public static Message AddressAlreadyRegistered(Recipient to, Occasion occasion) => Notice(MessageKinds.AddressAlreadyRegistered, to, occasion);

    /// <summary>To somebody for whom an administrator made an account.</summary>
    public static Message Invitation(Recipient to, string token, TimeSpan lifetime) =>
        Link(MessageKinds.Invitation, to, MailPages.AcceptInvitation, token, lifetime);

    /// <summary>To who forgot the password.</summary>
    public static Message PasswordReset(Recipient to, string token, TimeSpan lifetime, Occasion occasion) =>
        Link(MessageKinds.PasswordReset, to, MailPages.ResetPassword, token, lifetime, [.. occasion.Values]);

    public static Message PasswordChanged(Recipient to, Occasion occasion) => Notice(MessageKinds.PasswordChanged, to, occasion);

    /// <param name="to">The account holder.</param>
    /// <param name="reason">Why.</param>
    /// <param name="duration">When it ends by itself; <see langword="null"/> for an administrator's lock.</param>
    /// <param name="occasion">Of the attempt that locked it.</param>
    public static Message AccountLocked(Recipient to, LockReason reason, TimeSpan? duration, Occasion occasion) =>
        Notice(MessageKinds.AccountLocked, to, occasion, new("reason", Word("reason", reason)), new("duration", duration is { } given ? Seconds(given) : ""));

    /// <summary>A sign-in that succeeded, or nearly did, and looks odd.</summary>
    public static Message SuspiciousSignIn(Recipient to, Suspicion suspicion, Occasion occasion) =>
        Notice(MessageKinds.SuspiciousSignIn, to, occasion, new KeyValuePair<string, string>("suspicion", Word("suspicion", suspicion)));

    /// <param name="to">The account holder.</param>
    /// <param name="occasion">Of the sign-in.</param>
    /// <param name="device">The device's id: one device is told of once, however many requests notice it.</param>
    public static Message NewDevice(Recipient to, Occasion occasion, Guid device) =>
        Notice(MessageKinds.NewDevice, to, occasion).Once(string.Create(CultureInfo.InvariantCulture, $"new_device/{device:N}"));

    public static Message MfaEnrolled(Recipient to, FactorName factor, Occasion occasion) => AboutFactor(MessageKinds.MfaEnrolled, to, factor, occasion);

    public static Message MfaRemoved(Recipient to, FactorName factor, Occasion occasion) => AboutFactor(MessageKinds.MfaRemoved, to, factor, occasion);

    public static Message BackupCodesRegenerated(Recipient to, Occasion occasion) => Notice(MessageKinds.BackupCodesRegenerated, to, occasion);

    /// <param name="to">The account holder.</param>
    /// <param name="left">How many are still good.</param>
    /// <param name="occasion">Of its use.</param>
    public static Message BackupCodeUsed(Recipient to, int left, Occasion occasion) =>
        Notice(MessageKinds.BackupCodeUsed, to, occasion, new KeyValuePair<string, string>("left", left.ToString(CultureInfo.InvariantCulture)));

    public static Message PasskeyAdded(Recipient to, Occasion occasion) => Notice(MessageKinds.PasskeyAdded, to, occasion);

    public static Message PasskeyRemoved(Recipient to, Occasion occasion) => Notice(MessageKinds.PasskeyRemoved, to, occasion);

    /// <summary>Somebody began to replace a lost factor; the link leads to where the holder can stop it.</summary>
    /// <param name="to">The account holder.</param>
    /// <param name="objectToken">Stops the recovery.</param>
    /// <param name="waiting">How long they have.</param>
    /// <param name="occasion">Of the request.</param>
    public static Message RecoveryRequested(Recipient to, string objectToken, TimeSpan waiting, Occasion occasion) =>
        Link(MessageKinds.RecoveryRequested, to, MailPages.StopRecovery, objectToken, waiting, [.. occasion.Values]);

    /// <summary>The waiting is over: the link that, with the password, completes the recovery.</summary>
    public static Message RecoveryReady(Recipient to, string token, TimeSpan lifetime, Occasion occasion) =>
        Link(MessageKinds.RecoveryReady, to, MailPages.CompleteRecovery, token, lifetime, [.. occasion.Values]);

    public static Message RecoveryCompleted(Recipient to, Occasion occasion) => Notice(MessageKinds.RecoveryCompleted, to, occasion);

    /// <summary>To the new address: the link that proves it can be read.</summary>
    public static Message ConfirmNewEmail(Recipient newAddress, string token, TimeSpan lifetime) =>
        Link(MessageKinds.ConfirmNewEmail, newAddress, MailPages.ConfirmNewEmail, token, lifetime);

    /// <summary>To the old address: the link leads to where its owner can stop the change.</summary>
    public static Message EmailChangeRequested(Recipient oldAddress, string objectToken, TimeSpan waiting, Occasion occasion) =>
        Link(MessageKinds.EmailChangeRequested, oldAddress, MailPages.StopEmailChange, objectToken, waiting, [.. occasion.Values]);

    /// <summary>To the old and to the new address, one message each.</summary>
    public static Message EmailChanged(Recipient to, Occasion occasion) => Notice(MessageKinds.EmailChanged, to, occasion);

    /// <summary>A spent refresh token came back and its session was ended.</summary>
    public static Message TokenReused(Recipient to, Occasion occasion) => Notice(MessageKinds.TokenReused, to, occasion);

    /// <summary>A code by SMS. Only <see cref="SmsCodes"/> sends it.</summary>
    internal static Message SmsCode(Recipient phone, string code, TimeSpan lifetime) => new()
    {
        Kind = MessageKinds.SmsCode,
        To = phone,
        Values = new Dictionary<string, string> { ["code"] = code, ["lifetime"] = Seconds(lifetime) },
        UsefulFor = lifetime,
    };

    private static Message AboutFactor(MessageKind kind, Recipient to, FactorName factor, Occasion occasion) =>
        Notice(kind, to, occasion, new KeyValuePair<string, string>("factor", Word("factor", factor)));

    private static Message Notice(MessageKind kind, Recipient to, Occasion occasion, params ReadOnlySpan<KeyValuePair<string, string>> more) => new()
    {
        Kind = kind,
        To = to,
        Values = new Dictionary<string, string>([.. occasion.Values, .. more]),
    };

    private static Message Link(
        MessageKind kind, Recipient to, string page, string token, TimeSpan lifetime, params ReadOnlySpan<KeyValuePair<string, string>> more) => new()
        {
            Kind = kind,
            To = to,
            Values = new Dictionary<string, string>([new("link", $"{page}#{token}"), new("lifetime", Seconds(lifetime)), .. more]),
            UsefulFor = lifetime < TimeSpan.FromHours(24) ? lifetime : TimeSpan.FromHours(24),
        };

    private static Message Once(this Message message, string key) =>
        new() { Kind = message.Kind, To = message.To, Values = message.Values, UsefulFor = message.UsefulFor, DedupeKey = key };

    private static string Seconds(TimeSpan duration) => ((long)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>The name under which the language files keep the word, such as <c>reason.too_many_attempts</c>.</summary>
    private static string Word<T>(string group, T value)
        where T : struct, Enum =>
        $"{group}.{System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString())}";
}

/// <summary>The pages that links lead to. Each takes its token from the fragment and asks before it does anything.</summary>
internal static class MailPages
{
    public const string VerifyEmail = "/console/verify-email";
    public const string AcceptInvitation = "/console/accept-invitation";
    public const string ResetPassword = "/console/reset-password";
    public const string StopRecovery = "/console/stop-recovery";
    public const string CompleteRecovery = "/console/complete-recovery";
    public const string ConfirmNewEmail = "/console/confirm-email";
    public const string StopEmailChange = "/console/stop-email-change";
}
