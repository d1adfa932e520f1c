using System.Security.Cryptography;
using System.Text;
using Palisade.Storage;

namespace Palisade.Tokens.Internal;

/// <summary>What was good for one use and had it, at whichever server.</summary>
internal static class UsedProofs
{
    /// <summary>Whether this was the first use, in a transaction of the system's scope. <paramref name="until"/> MUST be when nobody would take it any more.</summary>
    public static async Task<bool> SpendAsync(UnitOfWork work, string name, DateTimeOffset until, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            "INSERT INTO tokens.used_proofs (hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            [SHA256.HashData(Encoding.UTF8.GetBytes(name)), until],
            cancellationToken) == 1;

    /// <summary>Forgets those that no server would take any more; answers how many.</summary>
    public static Task<int> SweepAsync(UnitOfWork work, DateTimeOffset now, int most, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            "DELETE FROM tokens.used_proofs WHERE hash IN (SELECT hash FROM tokens.used_proofs WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
            [now, most],
            cancellationToken);
}
