using Microsoft.AspNetCore.Http;
using Palisade.Console.Pages;

namespace Palisade.Console;

/// <summary>Every page there is, in the order of the menu.</summary>
public static class ConsolePages
{
    /// <summary>Where a signed-in caller arrives.</summary>
    public const string Start = "/console";

    /// <summary>Where everybody else is sent.</summary>
    public const string SignIn = "/console/sign-in";

    /// <summary>Where a stranger makes an account.</summary>
    public const string Register = "/console/register";

    /// <summary>Where a forgotten password begins to be replaced.</summary>
    public const string ForgotPassword = "/console/forgot-password";

    /// <summary>One's own account.</summary>
    public const string Account = "/console/account";

    /// <summary>The table.</summary>
    public static IReadOnlyList<ConsolePage> All { get; } =
    [
        new("/setup", "Set up", "setup.js", typeof(SetupPage)) { IsDoor = true },
        new(SignIn, "Sign in", "sign-in.js", typeof(SignInPage)) { IsDoor = true },
        new("/console/accept-invitation", "Accept your invitation", "accept-invitation.js", typeof(AcceptInvitationPage))
        {
            IsDoor = true,
        },
        new(Register, "Create an account", "register.js", typeof(RegisterPage)) { IsDoor = true },
        new("/console/verify-email", "Confirm your address", "mailed-link.js", typeof(VerifyEmailPage)) { IsDoor = true },
        new("/console/confirm-email", "Use this address", "mailed-link.js", typeof(ConfirmEmailPage)) { IsDoor = true },
        new("/console/stop-email-change", "Keep your address", "mailed-link.js", typeof(StopEmailChangePage)) { IsDoor = true },
        new(ForgotPassword, "Forgot your password?", "forgot-password.js", typeof(ForgotPasswordPage)) { IsDoor = true },
        new("/console/reset-password", "Choose a new password", "reset-password.js", typeof(ResetPasswordPage)) { IsDoor = true },
        new("/console/stop-recovery", "Stop the recovery", "mailed-link.js", typeof(StopRecoveryPage)) { IsDoor = true },
        new("/console/complete-recovery", "Replace your second factor", "complete-recovery.js", typeof(CompleteRecoveryPage)) { IsDoor = true },
        new(Start, "Overview", "overview.js", typeof(OverviewPage)) { MenuWord = "Overview" },
        new("/console/estates", "Estates", "estates.js", typeof(EstatesPage))
        {
            MenuWord = "Estates",
            AnyOf = ["estate:read", "estate:create"],
        },
        new("/console/customers", "Customers", "customers.js", typeof(CustomersPage))
        {
            MenuWord = "Customers",
            AnyOf = ["customer:read", "customer:create"],
        },
        new("/console/customers/import", "Import customers", "import.js", typeof(ImportPage)) { AnyOf = ["customer:import"] },
        new("/console/people", "People", "people.js", typeof(PeoplePage)) { MenuWord = "People", AnyOf = ["user:read"] },
        new("/console/people/{id:guid}", "Person", "person.js", typeof(PersonPage)) { AnyOf = ["user:read"] },
        new("/console/people/recoveries", "Recoveries", "recoveries.js", typeof(RecoveriesPage)) { AnyOf = ["user:update"] },
        new("/console/audit", "Audit log", "audit.js", typeof(AuditPage)) { MenuWord = "Audit", AnyOf = ["audit:trails"] },
        new(Account, "Your account", "account.js", typeof(AccountPage)),
        new("/console/change-password", "Change your password", "change-password.js", typeof(ChangePasswordPage)),
        new("/console/account/authenticator", "Set up an authenticator", "authenticator.js", typeof(AuthenticatorPage)),
        new("/console/account/backup-codes", "New backup codes", "backup-codes.js", typeof(BackupCodesPage)),
    ];

    /// <summary>Shown in place of a page that the caller's role has no use for.</summary>
    public static ConsolePage NotForYou { get; } =
        new(Start, "Not part of your role", "notice.js", typeof(NotForYouPage)) { Status = StatusCodes.Status403Forbidden };

    /// <summary>Shown at an address of the console that is no page.</summary>
    public static ConsolePage NotFound { get; } =
        new(Start, "No such page", "notice.js", typeof(NotFoundPage)) { Status = StatusCodes.Status404NotFound };
}
