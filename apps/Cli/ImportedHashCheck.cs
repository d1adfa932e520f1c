using System.Globalization;
using Npgsql;
using Palisade.Accounts;
using Palisade.Crypto.Passwords;

namespace Palisade.Cli;

/// <summary>How many passwords are still kept as another program hashed them, and whether this machine can check them.</summary>
internal static class ImportedHashCheck
{
    private const string Check = "imported";

    internal static async Task<Finding> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (all, ofLibcrypt) = await UserImport.CountRemainingAsync(connection, cancellationToken);
        return all == 0
            ? new Finding(Check, Outcome.Ok, "No password is kept as another program hashed it.")
            : ofLibcrypt > 0 && !HasLibcrypt()
                ? new Finding(Check, Outcome.Failed, string.Create(CultureInfo.InvariantCulture,
                    $"{ofLibcrypt} passwords are bcrypt or yescrypt hashes of another program, and libcrypt, which checks them, is not found; install the package libcrypt1."))
                : new Finding(Check, Outcome.Warning, string.Create(CultureInfo.InvariantCulture,
                    $"{all} passwords are still kept as another program hashed them; each is replaced when its holder signs in."));
    }

    private static bool HasLibcrypt()
    {
        try
        {
            ImportedHash.EnsureAvailable();
            return true;
        }
        catch (LibcryptMissingException)
        {
            return false;
        }
    }
}
