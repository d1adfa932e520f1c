using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Passwords;
using Palisade.Storage;

namespace Palisade.Mfa.Internal;

/// <summary>A known account's password shown again, counted in the same lane as a sign-in's.</summary>
internal sealed class PasswordProof(PalisadeDatabase database, AttemptLanes lanes, PasswordHashes passwords)
{
    /// <summary>Whether it is right. No transaction MUST be open meanwhile; the attempt is the caller's to settle.</summary>
    public async Task<bool> VerifyAsync(UserAccount user, string password, Attempt attempt, RequestFacts facts, CancellationToken cancellationToken)
    {
        var given = PasswordPolicy.Parse(password, "password");
        try
        {
            return (await passwords.VerifyAsync(user.PasswordHash, given, cancellationToken)).Match;
        }
        catch (Exception exception) when (exception is ProblemException or OperationCanceledException)
        {
            // Nothing was hashed, so nothing was tried.
            await using var work = await database.BeginSystemAsync(facts, CancellationToken.None);
            await lanes.SettleAsync(work, attempt, AttemptOutcome.Released, CancellationToken.None);
            await work.CommitAsync(CancellationToken.None);
            throw;
        }
    }
}
