using System.Reflection;
using static Palisade.Audit.EventSeverity;

namespace Palisade.Audit;

/// <summary>The catalogue of the platform's events. An application adds its own the same way.</summary>
/// <remarks>Audit log, security log, metrics and detection all follow from these; nothing is logged or counted on the side.</remarks>
public static class SecurityEvents
{
    private const int EntityManagement = 3004;
    private const int AccountChange = 3001;
    private const int Authentication = 3002;
    private const int UserAccess = 3005;
    /// <summary>OCSF API Activity: business that is recorded for accountability.</summary>
    public const int ApiActivity = 6003;

    /// <summary>The installation got its first company and administrator.</summary>
    public static readonly SecurityEventType SetupCompleted = new("SETUP_COMPLETED", AccountChange, High);

    /// <summary>Somebody asked for an account; refused when the address has one, or waits for its first link.</summary>
    public static readonly SecurityEventType Registration = new("REGISTRATION", AccountChange, Informational);

    /// <summary>Who registered showed that the address is theirs; the account is active.</summary>
    public static readonly SecurityEventType EmailVerified = new("EMAIL_VERIFIED", AccountChange, Informational);

    /// <summary>The holder of an account asked to move it to another address.</summary>
    public static readonly SecurityEventType EmailChangeRequested = new("EMAIL_CHANGE_REQUESTED", AccountChange, Medium);

    /// <summary>An account has another address.</summary>
    public static readonly SecurityEventType EmailChanged = new("EMAIL_CHANGED", AccountChange, High);

    /// <summary>A move to another address was objected to from the present one.</summary>
    public static readonly SecurityEventType EmailChangeStopped = new("EMAIL_CHANGE_STOPPED", AccountChange, High);

    /// <summary>All factors were right and a session began.</summary>
    public static readonly SecurityEventType LoginSuccess = new("LOGIN_SUCCESS", Authentication, Informational);

    /// <summary>The password was right; a second factor is still owed.</summary>
    public static readonly SecurityEventType PasswordAccepted = new("PASSWORD_ACCEPTED", Authentication, Informational);

    /// <summary>A sign-in was refused. The reason is for the log alone.</summary>
    public static readonly SecurityEventType LoginFailed = new("LOGIN_FAILED", Authentication, Low);

    /// <summary>Too many failures: sign-in to this account is refused for a while.</summary>
    public static readonly SecurityEventType AccountLocked = new("ACCOUNT_LOCKED", Authentication, Medium);

    /// <summary>An account is held for a while: nobody works as it, whatever they know.</summary>
    public static readonly SecurityEventType AccountHeld = new("ACCOUNT_HELD", Authentication, High);

    /// <summary>Somebody signed in on a device the account was not known on.</summary>
    public static readonly SecurityEventType NewDevice = new("NEW_DEVICE", Authentication, Medium);

    /// <summary>The holder of an account made one of its devices a stranger again.</summary>
    public static readonly SecurityEventType DeviceRevoked = new("DEVICE_REVOKED", AccountChange, Medium);

    /// <summary>A second factor was wrong.</summary>
    public static readonly SecurityEventType MfaFailed = new("2FA_FAILED", Authentication, Low);

    /// <summary>A second factor was enrolled and confirmed.</summary>
    public static readonly SecurityEventType MfaEnrolled = new("MFA_ENROLLED", AccountChange, Medium);

    /// <summary>A factor was removed by its holder.</summary>
    public static readonly SecurityEventType MfaRemoved = new("MFA_REMOVED", AccountChange, Medium);

    /// <summary>Somebody signed in showed a factor again, for a sensitive act.</summary>
    public static readonly SecurityEventType SteppedUp = new("STEPPED_UP", Authentication, Informational);

    /// <summary>A new set of backup codes; the old ones are dead.</summary>
    public static readonly SecurityEventType BackupCodesReplaced = new("BACKUP_CODES_REPLACED", AccountChange, Medium);

    /// <summary>A passkey was right and its counter was not: there may be two of it.</summary>
    public static readonly SecurityEventType PasskeyCloned = new("PASSKEY_CLONED", Authentication, High);

    /// <summary>Somebody asked to replace a lost factor, or an administrator asked it for them.</summary>
    public static readonly SecurityEventType RecoveryRequested = new("RECOVERY_REQUESTED", AccountChange, High);

    /// <summary>A second person agreed to a recovery.</summary>
    public static readonly SecurityEventType RecoveryApproved = new("RECOVERY_APPROVED", AccountChange, High);

    /// <summary>A second person did not.</summary>
    public static readonly SecurityEventType RecoveryRejected = new("RECOVERY_REJECTED", AccountChange, Medium);

    /// <summary>The account holder objected, or showed the factor after all.</summary>
    public static readonly SecurityEventType RecoveryStopped = new("RECOVERY_STOPPED", AccountChange, Medium);

    /// <summary>The factors and sessions of an account are gone; its next sign-in enrols anew.</summary>
    public static readonly SecurityEventType RecoveryCompleted = new("RECOVERY_COMPLETED", AccountChange, High);

    /// <summary>A backup code was spent.</summary>
    public static readonly SecurityEventType BackupCodeUsed = new("BACKUP_CODE_USED", Authentication, Medium);

    /// <summary>A session ended because its holder said so.</summary>
    public static readonly SecurityEventType Logout = new("LOGOUT", Authentication, Informational);

    /// <summary>One session ended otherwise: its holder ended it from another, it was idle, or one more began than may be.</summary>
    public static readonly SecurityEventType SessionEnded = new("SESSION_ENDED", Authentication, Informational);

    /// <summary>A session is used from another network, or by a client of another name, than before. People do that; so do thieves.</summary>
    public static readonly SecurityEventType SessionMoved = new("SESSION_MOVED", Authentication, Medium);

    /// <summary>Every session of an account was ended at once, by its holder or by an administrator.</summary>
    public static readonly SecurityEventType SessionsEnded = new("SESSIONS_ENDED", Authentication, Medium);

    /// <summary>An administrator read where an account is signed in.</summary>
    public static readonly SecurityEventType SessionsViewed = new("SESSIONS_VIEWED", ApiActivity, Informational);

    /// <summary>A refresh token was exchanged for its successor.</summary>
    public static readonly SecurityEventType TokenRefreshed = new("TOKEN_REFRESHED", Authentication, Informational);

    /// <summary>A refresh token came back after it was spent; the whole family is dead.</summary>
    public static readonly SecurityEventType TokenReused = new("TOKEN_REUSED", Authentication, High);

    /// <summary>A token came from somebody who does not hold the key or certificate it is bound to.</summary>
    public static readonly SecurityEventType TokenBindingRefused = new("TOKEN_BINDING_REFUSED", Authentication, High);

    /// <summary>A browser made a key for its session and showed the public half.</summary>
    public static readonly SecurityEventType SessionKeyRegistered = new("SESSION_KEY_REGISTERED", Authentication, Informational);

    /// <summary>A browser proved the key of its session for the first time: from now on the session's cookies ask for it.</summary>
    public static readonly SecurityEventType SessionBound = new("SESSION_BOUND", Authentication, Informational);

    /// <summary>A bound session was asked for by somebody who did not prove its key: a copied cookie, or a proof that is wrong, old or used.</summary>
    public static readonly SecurityEventType SessionBindingFailed = new("SESSION_BINDING_FAILED", Authentication, High);

    /// <summary>A key got its successor: by age, by command, or because another algorithm was chosen.</summary>
    public static readonly SecurityEventType KeyRotated = new("KEY_ROTATED", EntityManagement, Medium);

    /// <summary>A key was retired by command: nothing it signed is taken any more.</summary>
    public static readonly SecurityEventType KeyRetired = new("KEY_RETIRED", EntityManagement, High);

    /// <summary>A signed-in caller asked for what the role does not allow.</summary>
    public static readonly SecurityEventType AccessDenied = new("ACCESS_DENIED", ApiActivity, Low);

    /// <summary>A cookie caller's request came from elsewhere, or without its token.</summary>
    public static readonly SecurityEventType CsrfRefused = new("CSRF_REFUSED", ApiActivity, Medium);

    /// <summary>A user was created and invited.</summary>
    public static readonly SecurityEventType UserCreated = new("USER_CREATED", UserAccess, Medium);

    /// <summary>An invited user chose a password.</summary>
    public static readonly SecurityEventType InvitationAccepted = new("INVITATION_ACCEPTED", AccountChange, Informational);

    /// <summary>An administrator changed an account's name, role or state.</summary>
    public static readonly SecurityEventType UserUpdated = new("USER_UPDATED", UserAccess, Medium);

    /// <summary>An administrator ended an account's locks.</summary>
    public static readonly SecurityEventType UserUnlocked = new("USER_UNLOCKED", UserAccess, Medium);

    /// <summary>The holder of an account changed its name.</summary>
    public static readonly SecurityEventType ProfileUpdated = new("PROFILE_UPDATED", AccountChange, Informational);

    /// <summary>The certificates that authenticators are trusted by are not those that the settings name: the process did not start.</summary>
    public static readonly SecurityEventType TrustAnchorsRefused = new("TRUST_ANCHORS_REFUSED", ApiActivity, High);

    /// <summary>A mail or SMS was not delivered, and nobody tries any more.</summary>
    public static readonly SecurityEventType MessageGivenUp = new("MESSAGE_GIVEN_UP", ApiActivity, Medium);

    /// <summary>Hardly a code sent to a country was entered: SMS there are stopped for a while.</summary>
    public static readonly SecurityEventType SmsCountryStopped = new("SMS_COUNTRY_STOPPED", AccountChange, High);

    /// <summary>Somebody asked for a link that replaces a forgotten password; refused when no account is to get one.</summary>
    public static readonly SecurityEventType PasswordResetRequested = new("PASSWORD_RESET_REQUESTED", AccountChange, Low);

    /// <summary>A mailed link replaced an account's password; its sessions are over.</summary>
    public static readonly SecurityEventType PasswordReset = new("PASSWORD_RESET", AccountChange, Medium);

    /// <summary>The holder of an account replaced its password; its other sessions are over. Refused when the present one was wrong.</summary>
    public static readonly SecurityEventType PasswordChanged = new("PASSWORD_CHANGED", AccountChange, Medium);

    /// <summary>An operator took an account over from another program.</summary>
    public static readonly SecurityEventType UserImported = new("USER_IMPORTED", UserAccess, Medium);

    /// <summary>The list of users was read.</summary>
    public static readonly SecurityEventType UsersViewed = new("USERS_VIEWED", ApiActivity, Informational);

    /// <summary>The audit log was read.</summary>
    public static readonly SecurityEventType AuditViewed = new("AUDIT_VIEWED", ApiActivity, Informational);

    /// <summary>Every type declared here, by name.</summary>
    public static IReadOnlyDictionary<string, SecurityEventType> All { get; } = DeclaredIn(typeof(SecurityEvents));

    /// <summary>The event types a catalogue class declares as public static fields.</summary>
    public static IReadOnlyDictionary<string, SecurityEventType> DeclaredIn(Type catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        return catalogue.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(SecurityEventType))
            .Select(field => (SecurityEventType)field.GetValue(null)!)
            .ToDictionary(type => type.Name);
    }
}
