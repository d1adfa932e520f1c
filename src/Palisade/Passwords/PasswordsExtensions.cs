using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Passwords.Internal;
using Palisade.Validation;

namespace Palisade.Passwords;

/// <summary>What a password must be, and how one is replaced.</summary>
public static class PasswordsExtensions
{
    /// <summary>Adds the policy, and the change and reset of passwords.</summary>
    public static IServiceCollection AddPasswords(this IServiceCollection services, PasswordOptions options) => services
        .AddSingleton(options)
        .AddSingleton<PasswordPolicy>()
        .AddSingleton<BreachedPasswords>()
        .AddSingleton<NewPasswords>()
        .AddSingleton<PasswordHistory>()
        .AddSingleton<PasswordExpiry>()
        .AddSingleton<Replacement>()
        .AddSingleton<Resets>()
        .AddSingleton<ResetPassword>()
        .AddSingleton<ChangePassword>()
        .AddSingleton<ResetMails>()
        .AddSingleton<IWish, ForgottenWish>();

    /// <summary>Maps reset and change, and the address at which password managers look for the form (W3C well-known change-password).</summary>
    public static void MapPasswords(this IEndpointRouteBuilder routes)
    {
        var passwords = routes.MapGroup("").ValidatesRequests();
        passwords.MapPost("/auth/password/forgot", ForgotPassword.HandleAsync).OpenToAnyone("says nothing, and mails only the account's own address");
        passwords.MapPost("/auth/password/reset", ResetPassword.HandleAsync).OpenToAnyone("the mailed token is the proof");
        passwords.MapPost("/auth/password/change", ChangePassword.HandleAsync).OpenToAnyone("the session or the challenge is the proof, and the present password");
        passwords.MapPost("/api/admin/users/{id:guid}/password-reset", StartReset.HandleAsync).RequirePermission("user:update").RequireStepUp();
        passwords.MapGet("/.well-known/change-password", () => Results.Redirect("/console/change-password")).OpenToAnyone("leads to a page");
    }
}
