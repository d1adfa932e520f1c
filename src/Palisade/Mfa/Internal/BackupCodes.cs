using System.Globalization;
using System.Security.Cryptography;
using Palisade.Accounts.Internal;
using Palisade.Crypto.Secrets;
using Palisade.Storage;
using Palisade.Tokens.Internal;

namespace Palisade.Mfa.Internal;

/// <summary>Ten codes for the day the phone is gone: 120 bits each, kept as keyed hashes, each good once (R041-R043).</summary>
internal sealed class BackupCodes(OneTimeTokens tokens, TimeProvider clock)
{
    // 24 characters of base32 without a rest. From 112 bits on, ASVS V6.5.2 asks for no slow hash.
    private const int Bytes = 15;

    public static string NewCode() =>
        string.Join('-', Base32.Encode(RandomNumberGenerator.GetBytes(Bytes)).ToLowerInvariant().Chunk(4).Select(group => new string(group)));

    /// <summary>A new set; every code of an older one is dead once the transaction commits.</summary>
    public async Task<IReadOnlyList<string>> ReplaceAsync(UnitOfWork work, UserAccount user, CancellationToken cancellationToken)
    {
        await LockAsync(work, user.Id, cancellationToken);
        await work.ExecuteAsync("DELETE FROM mfa.backup_codes WHERE user_id = $1", [user.Id], cancellationToken);
        var codes = new List<string>(MfaOptions.BackupCodes);
        for (var index = 0; index < MfaOptions.BackupCodes; index++)
        {
            var code = NewCode();
            codes.Add(code);
            await work.ExecuteAsync(
                "INSERT INTO mfa.backup_codes (user_id, tenant_id, hash, created_at) VALUES ($1, $2, $3, $4)",
                [user.Id, user.Tenant.Value, Hash(user.Id, code), clock.GetUtcNow()],
                cancellationToken);
        }

        return codes;
    }

    /// <summary>Spends a code: one statement, so of two parallel uses one succeeds. Answers how many are left, or null when it was not good.</summary>
    public async Task<int?> TrySpendAsync(UnitOfWork work, Guid user, string? code, CancellationToken cancellationToken)
    {
        if (code is null or { Length: > 64 })
        {
            return null;
        }

        await LockAsync(work, user, cancellationToken);
        if (await work.ExecuteAsync(
            "UPDATE mfa.backup_codes SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL",
            [user, Hash(user, code), clock.GetUtcNow()],
            cancellationToken) != 1)
        {
            return null;
        }

        await using var left = work.Command("SELECT count(*) FROM mfa.backup_codes WHERE user_id = $1 AND used_at IS NULL", user);
        return Convert.ToInt32(await left.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    // Of two codes spent at the same moment, neither transaction sees the other's; of two regenerations, neither deletes the
    // other's codes. Everybody stands in line here before they touch a row, so nobody waits in a circle, and each sees what is left.
    private static Task<int> LockAsync(UnitOfWork work, Guid user, CancellationToken cancellationToken) =>
        work.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [$"backup-codes/{user:N}"], cancellationToken);

    /// <summary>Letters count the same in either case, and dashes and spaces are for the eye.</summary>
    private byte[] Hash(Guid user, string code) =>
        tokens.Hash($"backup-code/{user:N}", string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant());
}
