namespace Palisade.Mfa;

/// <summary>The password was right and something is still owed: a code, or the enrolment of a second factor.</summary>
/// <param name="Status"><c>mfa_required</c> or <c>mfa_enrollment_required</c>.</param>
/// <param name="Challenge">Single use, bound to the account; useless anywhere else.</param>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="Methods">What answers it.</param>
public sealed record ChallengeIssued(string Status, string Challenge, int ExpiresIn, IReadOnlyList<string> Methods);
