using Microsoft.Extensions.DependencyInjection;
using Palisade.Passwords.Internal;

namespace Palisade.Passwords;

/// <summary>What a password must be, and how one is replaced.</summary>
public static class PasswordsExtensions
{
    /// <summary>Adds the policy.</summary>
    public static IServiceCollection AddPasswords(this IServiceCollection services, PasswordOptions options) => services
        .AddSingleton(options)
        .AddSingleton<PasswordPolicy>()
        .AddSingleton<BreachedPasswords>()
        .AddSingleton<NewPasswords>();
}
