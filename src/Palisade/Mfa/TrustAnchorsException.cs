namespace Palisade.Mfa;

/// <summary>The certificates that authenticators are trusted by are not those that the settings name; the message says what to change.</summary>
public sealed class TrustAnchorsException(string message) : Exception(message);
