using System.CommandLine;

namespace Palisade.Cli;

/// <summary><c>palisade users</c>: what is done to accounts from the machine itself.</summary>
internal static class UsersCommand
{
    internal static Command Create() => new("users", "Looks after accounts from the machine itself.") { ImportUsersCommand.Create(), RecoverAdminCommand.Create() };
}
