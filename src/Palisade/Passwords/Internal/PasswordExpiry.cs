using Palisade.Accounts.Internal;
using Palisade.Mfa.Internal;

namespace Palisade.Passwords.Internal;

/// <summary>Whether a right password is too old to sign in with (R023). Off unless the installation asks for it.</summary>
internal sealed class PasswordExpiry(PasswordOptions options, TimeProvider clock)
{
    /// <summary>Never for who has a factor that cannot be shown with the change: a passkey signs in without the password.</summary>
    public bool IsDue(UserAccount user, Factors factors) =>
        options.Expiry > TimeSpan.Zero
        && (user.PasswordChangedAt ?? user.CreatedAt) + options.Expiry <= clock.GetUtcNow()
        && (!factors.Enrolled.Any() || Methods(factors).Count > 0);

    /// <summary>What has to be shown beside the old password, where a factor is enrolled.</summary>
    public static IReadOnlyList<string> Methods(Factors factors) =>
        factors.Enrolled.Any() ? [.. factors.Methods(Challenges.Verify, mandatory: false).Intersect(["totp", "backup_code"])] : [];
}
