using Palisade.Access;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Accounts.Internal;

/// <summary>What people see of their own account, from memory while it stands. Nothing of it is kept longer than it is used, or for more than two minutes.</summary>
internal sealed class AccountViews(PalisadeDatabase database, RevocationStream stream, RecentChanges changes, RoleBook roles, TimeProvider clock)
{
    private readonly Followed<Guid, Kept> kept = new(changes, clock, capacity: 20_000);

    public ValueTask<AccountView?> FindAsync(Caller caller, CancellationToken cancellationToken) =>
        stream.IsFresh && kept.Find(caller.User) is { } known ? ValueTask.FromResult<AccountView?>(known.View) : ReadAsync(caller, cancellationToken);

    private async ValueTask<AccountView?> ReadAsync(Caller caller, CancellationToken cancellationToken)
    {
        var here = changes.Here;
        if (await UserStore.FindAsync(database, caller.Tenant, caller.User, cancellationToken) is not { } user)
        {
            return null;
        }

        var view = new AccountView(user.Id, user.Email, user.Name, user.Role, [.. roles.Catalogue.NamesIn(caller.Permissions)], user.CreatedAt, user.LastLoginAt, user.PasswordChangedAt);
        kept.Keep(user.Id, new Kept(view), here);
        return view;
    }

    private sealed record Kept(AccountView View) : IFollowed
    {
        Guid IFollowed.Session => Guid.Empty;

        Guid IFollowed.Account => View.Id;
    }
}
