using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Sessions;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Accounts.Internal;

/// <summary>The end of every complete sign-in, by whatever factors: session, counters and event in one transaction, then the answer.</summary>
internal sealed class SignInCompletion(SessionStore sessions, AttemptLanes lanes, SignInAnswer answer, TimeProvider clock)
{
    /// <summary>Commits the unit of work; MUST be the last that is done in it.</summary>
    public async Task<SignedIn> RunAsync(
        HttpContext context, UnitOfWork work, UserAccount user, SessionStart start, Attempt attempt, CancellationToken cancellationToken)
    {
        await lanes.SettleAsync(work, attempt, AttemptOutcome.Succeeded, cancellationToken);
        await lanes.ForgetAsync(work, SignInLanes.Password, user.EmailKey, cancellationToken);
        var session = await sessions.BeginAsync(work, user, start, cancellationToken);
        await UserStore.RememberLoginAsync(work, user.Id, work.Facts.Address, clock.GetUtcNow(), cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.LoginSuccess)
            {
                Tenant = user.Tenant,
                Actor = user.Id,
                Session = session.Id,
                Details = new Dictionary<string, object?> { ["mfa"] = start.Level != AuthenticationLevel.Password, ["factor"] = start.Factor },
            }.On("user", user.Id),
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return answer.Give(context, user, session, start.Client);
    }
}
