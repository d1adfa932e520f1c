namespace Palisade.Hardening;

/// <summary>A refusal or failure as callers see it: a stable code, its status and its words (RFC 9457).</summary>
/// <remarks>The words are fixed. Whatever the cause was, it is in the log under the request's id.</remarks>
/// <param name="Code">Lower snake case; also the last part of <c>type</c>.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">One sentence for people.</param>
public sealed record Problem(string Code, int Status, string Title)
{
    /// <summary>For a 401: what <c>WWW-Authenticate</c> asks for.</summary>
    public string Challenge { get; init; } = "Bearer";

    /// <summary>The request is not well-formed: JSON, encoding, or a value of the wrong type.</summary>
    public static readonly Problem MalformedRequest = new("malformed_request", 400, "The request could not be read.");

    /// <summary>The request could be read, and its values are not acceptable; <c>errors</c> names each.</summary>
    public static readonly Problem InvalidRequest = new("validation_failed", 400, "Some values are not acceptable.");

    /// <summary>Nobody is signed in.</summary>
    public static readonly Problem Unauthenticated = new("unauthenticated", 401, "Authentication required.");

    /// <summary>The access token was right and is over; refresh it.</summary>
    public static readonly Problem TokenExpired = new("token_expired", 401, "Token expired.");

    /// <summary>The access token's session was ended.</summary>
    public static readonly Problem TokenRevoked = new("token_revoked", 401, "Token has been revoked.");

    /// <summary>The access token is not one of ours, or was changed.</summary>
    public static readonly Problem InvalidToken = new("invalid_token", 401, "Invalid token.");

    /// <summary>The proof of possession is missing, wrong, or was used before (RFC 9449).</summary>
    public static readonly Problem InvalidDpopProof = new("invalid_dpop_proof", 401, "The proof of possession is not valid.") { Challenge = "DPoP error=\"invalid_dpop_proof\", algs=\"ES256 PS256\"" };

    /// <summary>The proof needs the nonce that stands in <c>DPoP-Nonce</c>; make another one (RFC 9449 section 8).</summary>
    public static readonly Problem UseDpopNonce = new("use_dpop_nonce", 401, "The proof of possession needs the nonce in DPoP-Nonce.") { Challenge = "DPoP error=\"use_dpop_nonce\", algs=\"ES256 PS256\"" };

    /// <summary>The session, or its refresh token, is over; sign in again.</summary>
    public static readonly Problem SessionExpired = new("session_expired", 401, "Session expired.");

    /// <summary>The session is bound to a key of its browser, which has to prove it again (<c>POST /auth/bound/refresh</c>).</summary>
    public static readonly Problem SessionProofRequired = new("session_proof_required", 401, "This session is bound to its browser.");

    /// <summary>The proof of a session's key is missing or not valid; where it can be made, a challenge comes with the answer.</summary>
    public static readonly Problem InvalidSessionProof = new("invalid_session_proof", 403, "The proof of the session's key is missing or not valid.");

    /// <summary>A refresh token was used again; everything that came of it is revoked.</summary>
    public static readonly Problem TokenReused = new("token_reused", 401, "This sign-in was ended because its token was used twice.");

    /// <summary>E-mail, password or both are wrong, or the account may not sign in: always the same answer.</summary>
    public static readonly Problem InvalidCredentials = new("invalid_credentials", 401, "Invalid credentials.");

    /// <summary>The challenge is over, used, unknown, or its code was wrong.</summary>
    public static readonly Problem InvalidChallenge = new("invalid_challenge", 401, "The challenge or the code is not valid.");

    /// <summary>Signed in, and for this act the proof is too old or too weak (RFC 9470); <c>POST /auth/step-up</c> renews it.</summary>
    public static readonly Problem StepUpRequired = new("step_up_required", 401, "Please confirm that it is you.");

    /// <summary>A factor of the account was just recovered: nothing privileged until its probation is over.</summary>
    public static readonly Problem OnProbation = new("on_probation", 403, "A factor of this account was just recovered. This has to wait.");

    /// <summary>What was shown as a new passkey is none, or answers another challenge.</summary>
    public static readonly Problem InvalidPasskey = new("invalid_passkey", 400, "The passkey could not be registered.");

    /// <summary>The passkey's authenticator is of a model that this installation does not take.</summary>
    public static readonly Problem AuthenticatorNotTaken = new("authenticator_not_taken", 403, "This kind of authenticator is not allowed here.");

    /// <summary>The account has as many passkeys as it may have.</summary>
    public static readonly Problem TooManyPasskeys = new("too_many_passkeys", 409, "There are too many passkeys. Remove one first.");

    /// <summary>No SMS goes to this number now: the daily cap is reached, or messages to its country are stopped.</summary>
    public static readonly Problem SmsUnavailable = new("sms_unavailable", 429, "No code can be sent to this number at the moment. Use another factor.");

    /// <summary>Without this factor the account would have none that its role may sign in with.</summary>
    public static readonly Problem LastFactor = new("last_factor", 409, "This is the last factor. Add another one first.");

    /// <summary>A captcha is owed for this attempt (<c>GET /auth/captcha</c>), or the one given was not good.</summary>
    public static readonly Problem CaptchaRequired = new("captcha_required", 400, "Please complete CAPTCHA.");

    /// <summary>Too many attempts on this account.</summary>
    public static readonly Problem TooManyAttempts = new("too_many_attempts", 429, "Too many attempts. Try again later.");

    /// <summary>Somebody has to be told of this by mail, and was written to as often as an hour allows.</summary>
    public static readonly Problem MailedOftenEnough = new("mailed_often_enough", 429, "This account was written to as often as an hour allows. Try again later.");

    /// <summary>More sign-ins than the hash pool can take at this moment.</summary>
    public static readonly Problem Busy = new("busy", 503, "The server is busy. Try again in a moment.");

    /// <summary>A one-time link or token is unknown, used or over.</summary>
    public static readonly Problem InvalidToken400 = new("invalid_or_used_token", 400, "This link is not valid or was already used.");

    /// <summary>The caller may not do this.</summary>
    public static readonly Problem Forbidden = new("forbidden", 403, "Insufficient permissions.");

    /// <summary>A browser request from elsewhere, or without its token.</summary>
    public static readonly Problem InvalidCsrfToken = new("invalid_csrf_token", 403, "Invalid CSRF token.");

    /// <summary>There is no such thing, or it is another tenant's.</summary>
    public static readonly Problem NotFound = new("not_found", 404, "Not found.");

    /// <summary>The path exists, the method does not.</summary>
    public static readonly Problem MethodNotAllowed = new("method_not_allowed", 405, "Method not allowed.");

    /// <summary>Something with this value exists already.</summary>
    public static readonly Problem AlreadyExists = new("already_exists", 409, "This already exists.");

    /// <summary>The body is larger than the endpoint takes.</summary>
    public static readonly Problem TooLarge = new("payload_too_large", 413, "The request is too large.");

    /// <summary>The body is of a type the endpoint does not take.</summary>
    public static readonly Problem UnsupportedMediaType = new("unsupported_media_type", 415, "Unsupported media type.");

    /// <summary>The database, or something else that is needed, does not answer.</summary>
    public static readonly Problem Unavailable = new("unavailable", 503, "The service is not available at the moment.");

    /// <summary>The statement was cancelled at its time limit.</summary>
    public static readonly Problem TimedOut = new("timed_out", 504, "The request took too long.");

    /// <summary>Something went wrong here.</summary>
    public static readonly Problem Internal = new("internal", 500, "Internal server error.");
}
