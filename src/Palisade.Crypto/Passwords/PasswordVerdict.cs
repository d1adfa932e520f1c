namespace Palisade.Crypto.Passwords;

/// <summary>What a check of a password found.</summary>
/// <param name="Match">The password is the stored one.</param>
/// <param name="NeedsRehash">
/// It is, and should be stored anew: the pepper or the cost has changed since, or the hash was imported. Never true without a match.
/// </param>
public readonly record struct PasswordVerdict(bool Match, bool NeedsRehash);
