using Microsoft.AspNetCore.Http;
using Palisade.Hardening;

namespace Palisade.Accounts.Internal;

/// <summary>The lanes of a sign-in, and how a full or locked one is answered.</summary>
internal static class SignInLanes
{
    /// <summary>By e-mail address, whether an account has it or not.</summary>
    internal const string Password = "password";

    /// <summary>By account: however many challenges are open, the codes tried are counted together.</summary>
    internal const string Mfa = "mfa";

    /// <summary>By passkey: whoever locks the other lanes stops nobody who has one.</summary>
    internal const string Passkey = "passkey";

    internal static IResult Refusal(AttemptVerdict verdict, DateTimeOffset? lockedUntil, TimeProvider clock) => verdict switch
    {
        AttemptVerdict.Locked => Problem.TooManyAttempts.Result(lockedUntil - clock.GetUtcNow()),
        AttemptVerdict.Captcha => Problem.CaptchaRequired.Result(),
        _ => Problem.Busy.Result(TimeSpan.FromSeconds(2)),
    };
}
