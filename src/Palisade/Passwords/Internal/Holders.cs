using Palisade.Access;
using Palisade.Storage;

namespace Palisade.Passwords.Internal;

/// <summary>What a password is held against, read from the account that it is for.</summary>
internal static class Holders
{
    /// <param name="work">Sees the account.</param>
    /// <param name="rest">The rest of a query over <c>accounts.users u</c>: joins and conditions.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="roles">Which roles demand a second factor.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal static Task<PasswordHolder?> FindAsync(UnitOfWork work, string rest, object?[] parameters, RoleBook roles, CancellationToken cancellationToken) =>
        work.FirstAsync(
            $"SELECT u.email, u.name, t.name, u.role FROM accounts.users u JOIN tenancy.tenants t ON t.id = u.tenant_id {rest}",
            parameters,
            row => new PasswordHolder(row.GetString(0), row.GetString(1), row.GetString(2), roles.Find(row.GetString(3)) is { NeedsMfa: true }),
            cancellationToken);

    internal static Task<PasswordHolder?> OfAsync(UnitOfWork work, Guid user, RoleBook roles, CancellationToken cancellationToken) =>
        FindAsync(work, "WHERE u.id = $1", [user], roles, cancellationToken);
}
