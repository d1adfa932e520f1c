using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Devices;
using Palisade.Devices.Internal;
using Palisade.Messaging;
using Palisade.Sessions;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Tokens.Internal;
using Palisade.Validation;

namespace Palisade.Accounts.Internal;

/// <summary>The end of every complete sign-in, by whatever factors: device, session, counters and event in one transaction, then the answer.</summary>
internal sealed class SignInCompletion(
    SessionStore sessions, AttemptLanes lanes, LoginLanes login, KnownDevices devices, DeviceOptions deviceOptions, Outbox outbox, SignInAnswer answer, TimeProvider clock)
{
    /// <summary>What signs in, as it says: who has cookies of ours is a browser, and gets its tokens in cookies that no script reads.</summary>
    /// <returns><c>browser</c>, <c>native</c>, or <c>unsaid</c>: served like a browser, and shows no sign of being one, so its access tokens need no cookie.</returns>
    /// <exception cref="InvalidRequestException">A browser says that it is a program.</exception>
    public static string ClientOf(string? asked, HttpContext context) => asked == "native" && context.Request.Cookies.Count > 0
        ? throw new InvalidRequestException([new FieldError("client", "not_allowed", "A browser signs in as a browser.")])
        : asked ?? (RequestOrigin.IsSaid(context.Request) ? "browser" : "unsaid");

    /// <summary>Commits the unit of work; MUST be the last that is done in it.</summary>
    public async Task<SignedIn> RunAsync(
        HttpContext context, UnitOfWork work, UserAccount user, SessionStart start, Attempt attempt, CancellationToken cancellationToken)
    {
        var shown = DeviceSecret.Of(context, deviceOptions);
        var device = await devices.RememberAsync(work, user, shown, start.TrustDevice, cancellationToken);
        await lanes.SettleAsync(work, attempt, AttemptOutcome.Succeeded, cancellationToken, login.ForgivenOf(user, device, work.Facts));
        var held = start.Client == "native" ? context.ProvenBinding() : Binding.None; // a browser holds its cookies
        if (start.Client != "native")
        {
            await sessions.ReplaceAsync(work, context.Request.Cookies[SessionCookies.Session], start.Client == "browser" ? null : user.Id, cancellationToken);
        }

        var session = await sessions.BeginAsync(work, user, start with { Device = device.Id, Binding = held }, cancellationToken);
        await UserStore.RememberLoginAsync(work, user.Id, work.Facts.Address, clock.GetUtcNow(), cancellationToken);
        var happened = new SecurityEvent(SecurityEvents.LoginSuccess)
        {
            Tenant = user.Tenant,
            Actor = user.Id,
            Session = session.Id,
            Details = new Dictionary<string, object?> { ["mfa"] = start.Level != AuthenticationLevel.Password, ["factor"] = start.Factor },
        }.On("user", user.Id);
        await work.RecordAsync(happened, cancellationToken);
        if (device.IsNew)
        {
            await work.RecordAsync(
                happened with { Type = SecurityEvents.NewDevice, Details = new Dictionary<string, object?> { ["device"] = device.Id } }, cancellationToken);
            if (user.LastLoginAt is not null)
            {
                await outbox.SendAsync(work, Messages.NewDevice(user.Recipient, Occasion.Of(work.Facts, clock.GetUtcNow()), device.Id), cancellationToken);
            }
        }

        await work.CommitAsync(cancellationToken);
        var signedIn = answer.Give(context, user, session, start.Client);
        if (start.Client == "native")
        {
            return signedIn with { DeviceToken = device.Secret.Token };
        }

        device.Secret.SetCookie(context);
        return signedIn;
    }
}
