using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Accounts.Internal;

/// <summary>Who may act on whose account: the one rule of every administrator's act.</summary>
internal static class Administration
{
    /// <summary>The account to act on, with the acts of administrators in this company in line behind this one.</summary>
    /// <returns><see langword="null"/> when the company has no such account, or the caller is an administrator no more.</returns>
    public static async Task<UserAccount?> FindAsync(UnitOfWork work, Caller caller, RoleBook roles, Guid id, CancellationToken cancellationToken)
    {
        await work.ExecuteAsync("SELECT FROM tenancy.tenants WHERE id = $1 FOR UPDATE", [caller.Tenant.Value], cancellationToken);
        // Whoever stood in line may have lost what they came with.
        return await UserStore.FindAsync(work, caller.User, cancellationToken) is { IsActive: true } self && roles.Find(self.Role)?.Name == caller.Role
            ? await UserStore.FindAsync(work, id, cancellationToken)
            : null;
    }

    /// <summary>Whether the caller ranks above the account, and above the role it is to have; never their own standing.</summary>
    public static bool MayChange(Caller caller, RoleBook roles, UserAccount user, Role? wanted, bool standing) =>
        !(standing && user.Id == caller.User)
        && roles.Find(user.Role) is { } role && roles.MayGrant(caller, role)
        && wanted is not null && roles.MayGrant(caller, wanted);

    public static async Task<IResult> RefuseAsync(UnitOfWork work, Guid user, CancellationToken cancellationToken)
    {
        await work.RecordAsync(new SecurityEvent(SecurityEvents.AccessDenied).On("user", user).Refused("role_ceiling"), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Problem.Forbidden.Result();
    }
}
