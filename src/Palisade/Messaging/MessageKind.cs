using System.Reflection;

namespace Palisade.Messaging;

/// <summary>How a message travels.</summary>
internal enum Channel
{
    Mail,
    Sms,
}

/// <summary>One kind of message: the name of its template, and how many of it one mailbox gets within an hour.</summary>
internal sealed record MessageKind(string Name, int PerHour, Channel Channel = Channel.Mail)
{
    public override string ToString() => Name;
}

/// <summary>Every kind there is. Each has a template in each language.</summary>
internal static class MessageKinds
{
    // Anybody can make us write these to anybody (H11).
    private const int Asked = 3;

    // Each tells of something that happened to the account; the cap only ends a flood.
    private const int Notice = 20;

    public static readonly MessageKind VerifyEmail = new("verify_email", Asked);
    public static readonly MessageKind AddressAlreadyRegistered = new("address_already_registered", Asked);
    public static readonly MessageKind Invitation = new("invitation", Asked);
    public static readonly MessageKind PasswordReset = new("password_reset", Asked);
    public static readonly MessageKind PasswordChanged = new("password_changed", Notice);
    public static readonly MessageKind AccountLocked = new("account_locked", Notice);
    public static readonly MessageKind SuspiciousSignIn = new("suspicious_sign_in", Notice);
    public static readonly MessageKind NewDevice = new("new_device", Notice);
    public static readonly MessageKind MfaEnrolled = new("mfa_enrolled", Notice);
    public static readonly MessageKind MfaRemoved = new("mfa_removed", Notice);
    public static readonly MessageKind BackupCodesRegenerated = new("backup_codes_regenerated", Notice);
    public static readonly MessageKind BackupCodeUsed = new("backup_code_used", Notice);
    public static readonly MessageKind PasskeyAdded = new("passkey_added", Notice);
    public static readonly MessageKind PasskeyRemoved = new("passkey_removed", Notice);
    public static readonly MessageKind RecoveryRequested = new("recovery_requested", Notice);
    public static readonly MessageKind RecoveryReady = new("recovery_ready", Asked);
    public static readonly MessageKind RecoveryCompleted = new("recovery_completed", Notice);
    public static readonly MessageKind ConfirmNewEmail = new("confirm_new_email", Asked);
    public static readonly MessageKind EmailChangeRequested = new("email_change_requested", Notice);
    public static readonly MessageKind EmailChanged = new("email_changed", Notice);
    public static readonly MessageKind TokenReused = new("token_reused", Notice);
    public static readonly MessageKind SmsCode = new("sms_code", int.MaxValue, Channel.Sms); // SmsCodes limits these

    public static IReadOnlyDictionary<string, MessageKind> All { get; } = typeof(MessageKinds)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.FieldType == typeof(MessageKind))
        .Select(field => (MessageKind)field.GetValue(null)!)
        .ToDictionary(kind => kind.Name);
}
