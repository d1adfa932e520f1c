using Palisade.Crypto.Passwords;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>What a new password must be: 12 characters or more with a lower-case and an upper-case letter, a digit and another character (R018-R020).</summary>
/// <remarks>Any printable character counts, space and Unicode included; "special" is whatever is neither letter nor digit.</remarks>
public static class PasswordPolicy
{
    /// <summary>Fewest characters.</summary>
    public const int MinLength = 12;

    /// <summary>Most characters; more would only buy the server work.</summary>
    public const int MaxLength = 128;

    /// <summary>The password as something to hash or to try.</summary>
    /// <exception cref="InvalidRequestException">It holds characters that no keyboard makes: 400.</exception>
    public static PasswordAttempt Parse(string password, string field) => PasswordAttempt.TryCreate(password, out var attempt)
        ? attempt
        : throw new InvalidRequestException([new FieldError(field, "malformed", "The password has characters that cannot be used.")]);

    /// <summary>Every rule the password breaks; never repeats it.</summary>
    public static IEnumerable<FieldError> Check(string? password, string field)
    {
        if (string.IsNullOrEmpty(password))
        {
            yield return new FieldError(field, "required", "Is required.");
            yield break;
        }

        if (password.Length < MinLength)
        {
            yield return new FieldError(field, "too_short", "The password needs at least 12 characters.");
        }

        if (password.Length > MaxLength)
        {
            yield return new FieldError(field, "too_long", "The password may have at most 128 characters.");
        }

        if (!password.Any(char.IsLower))
        {
            yield return new FieldError(field, "needs_lower_case", "The password needs a lower-case letter.");
        }

        if (!password.Any(char.IsUpper))
        {
            yield return new FieldError(field, "needs_upper_case", "The password needs an upper-case letter.");
        }

        if (!password.Any(char.IsDigit))
        {
            yield return new FieldError(field, "needs_digit", "The password needs a digit.");
        }

        if (password.All(char.IsLetterOrDigit))
        {
            yield return new FieldError(field, "needs_special", "The password needs a character that is neither letter nor digit.");
        }
    }
}
