using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Accounts.Internal;
using Palisade.Sessions.Internal;
using Palisade.Tokens;

namespace Palisade.Sessions;

/// <summary>The account of an answer.</summary>
public sealed record SignedInUser(Guid Id, string Email, string Name, string Role);

/// <summary>The answer to a complete sign-in.</summary>
/// <remarks>Browsers get their session and refresh token as cookies and never in the body (R055); native clients the other way round (R056).</remarks>
public sealed record SignedIn(string AccessToken, int ExpiresIn, string CsrfToken, SignedInUser User)
{
    /// <summary>Says which of the sign-in's answers this is.</summary>
    public string Status { get; } = "signed_in";

    /// <summary><c>Bearer</c> (RFC 6750), or <c>DPoP</c> (RFC 9449) for tokens that are bound to the client's key.</summary>
    public string TokenType { get; init; } = "Bearer";

    /// <summary>Native clients only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RefreshToken { get; init; }

    /// <summary>Native clients only: shown at the next sign-in in <c>X-Device-Token</c>, it says that this device is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeviceToken { get; init; }

    /// <summary>Where this answer ends an enrolment: the backup codes, shown this once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? BackupCodes { get; init; }
}

/// <summary>Turns a new session into the answer, and sets the cookies of a browser.</summary>
internal sealed class SignInAnswer(AccessTokens accessTokens, SessionStore sessions, SessionBinding binding, SessionOptions options, TokenOptions tokens)
{
    public SignedIn Give(HttpContext context, UserAccount user, NewSession session, string client)
    {
        if (client != "native")
        {
            SessionCookies.Set(context, session.Handle, session.RefreshToken, options.Absolute, tokens.RefreshLifetime);
        }

        if (client == "browser")
        {
            binding.Offer(context, session.Id);
        }

        return new SignedIn(
            accessTokens.Issue(user.Id, session.Id, user.SessionVersion, session.Binding),
            accessTokens.LifetimeSeconds,
            sessions.CsrfToken(session.Id),
            new SignedInUser(user.Id, user.Email, user.Name, user.Role))
        {
            TokenType = session.Binding.TokenType,
            RefreshToken = client == "native" ? session.RefreshToken : null,
        };
    }
}
