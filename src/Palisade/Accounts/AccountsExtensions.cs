using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>People: set-up, sign-in, invitation, and the administration of accounts.</summary>
public static class AccountsExtensions
{
    /// <summary>Adds accounts.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">Limits of sign-in.</param>
    /// <param name="laneKey">Hides, in the database, which addresses were tried. At least 32 secret bytes.</param>
    /// <param name="setupTokenFile">Where the first administrator's token waits.</param>
    public static IServiceCollection AddAccounts(this IServiceCollection services, AccountOptions options, byte[] laneKey, string setupTokenFile) => services
        .AddSingleton(options)
        .AddSingleton(new LaneKey(laneKey))
        .AddSingleton(new SetupTokenFile(setupTokenFile))
        .AddSingleton<SetupTokens>()
        .AddSingleton<HashPool>()
        .AddSingleton<PasswordHashes>()
        .AddSingleton<AttemptLanes>()
        .AddSingleton<LoginLanes>()
        .AddSingleton<IRiskSource, NoRiskSource>()
        .AddSingleton<SignInCompletion>()
        .AddSingleton<Registrations>()
        .AddSingleton<EmailChanges>()
        .AddSingleton<AccountHolds>()
        .AddSingleton<IWish, RegistrationWish>()
        .AddSingleton<IWish, ReminderWish>()
        .AddSingleton<Inbox>()
        .AddHostedService(services => services.GetRequiredService<Inbox>())
        .AddSingleton<Login>()
        .AddSingleton<AccountViews>()
        .AddSingleton<Sweeper>()
        .AddHostedService(services => services.GetRequiredService<Sweeper>());

    /// <summary>Maps set-up, sign-in, one's own account and the administration of others'.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("").ValidatesRequests();
        accounts.MapPost("/setup", CompleteSetup.HandleAsync).OpenToAnyone("the printed token is the proof");
        accounts.MapPost("/auth/login", Login.HandleAsync).OpenToAnyone("this is how one becomes somebody");
        accounts.MapPost("/auth/accept-invitation", AcceptInvitation.HandleAsync).OpenToAnyone("the invitation is the proof");
        accounts.MapPost("/auth/register", Register.HandleAsync).OpenToAnyone("an account counts only once its address is proved, and holds nobody else's data");
        accounts.MapPost("/auth/verify-email", VerifyEmail.HandleAsync).OpenToAnyone("the mailed token is the proof");
        accounts.MapPost("/auth/verify-email/resend", VerifyEmail.ResendAsync).OpenToAnyone("says nothing, and mails only who waits for it");
        accounts.MapPost("/auth/email/confirm", ChangeEmail.ConfirmAsync).OpenToAnyone("the mailed token is the proof");
        accounts.MapPost("/auth/email/object", ChangeEmail.ObjectAsync).OpenToAnyone("the mailed token is the proof");
        accounts.MapGet("/account", ShowAccount.HandleAsync).RequireSignedIn();
        accounts.MapPatch("/account", UpdateAccount.HandleAsync).RequireSignedIn();
        accounts.MapPost("/account/email", ChangeEmail.HandleAsync).RequireSignedIn().RequireStepUp();
        accounts.MapGet("/api/admin/users", ListUsers.HandleAsync).RequirePermission("user:read");
        accounts.MapGet("/api/admin/users/{id:guid}", ListUsers.ShowAsync).RequirePermission("user:read");
        accounts.MapPost("/api/admin/users", InviteUser.HandleAsync).RequirePermission("user:create").RequireStepUp();
        accounts.MapPatch("/api/admin/users/{id:guid}", UpdateUser.HandleAsync).RequirePermission("user:update").RequireStepUp();
        accounts.MapPost("/api/admin/users/{id:guid}/unlock", UnlockUser.HandleAsync).RequirePermission("user:update").RequireStepUp();
        accounts.MapGet("/api/admin/roles", ListRoles).RequirePermission("user:read");
    }

    private static IResult ListRoles(RoleBook roles) => Results.Ok(new
    {
        permissions = roles.Catalogue.Names,
        roles = roles.All.Select(role => new
        {
            name = role.Name,
            @class = role.Class.ToString().ToLowerInvariant(),
            mfaRequired = role.NeedsMfa,
            permissions = roles.Catalogue.NamesIn(role.Permissions),
        }),
    });
}
