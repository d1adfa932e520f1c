using System.Text;
using Palisade.Crypto.Passwords;
using Palisade.Passwords.Internal;
using Palisade.Validation;

namespace Palisade.Passwords;

/// <summary>What the holder of a password is known by. Passwords made of these words are refused.</summary>
/// <param name="Email">Its local part counts, and the name of its domain.</param>
/// <param name="Name">Each of its words counts.</param>
/// <param name="Company">Each of its words counts.</param>
/// <param name="BesideSecondFactor">The role demands a second factor; some profiles then ask for less.</param>
internal sealed record PasswordHolder(string? Email, string? Name, string? Company, bool BesideSecondFactor);

/// <summary>What a new password must be. A password that is only tried is not held against it.</summary>
/// <remarks>
/// Characters are Unicode code points, counted after NFC, which is also what is hashed: an accent typed on two keyboards is one
/// password. Nothing else about it is changed, and any printable character counts (R020).
/// </remarks>
public sealed class PasswordPolicy
{
    /// <summary>Most characters; more would only buy the server work.</summary>
    public const int MaxLength = PasswordAttempt.MaxLength;

    // zxcvbn's 0 to 4; 2 is a million guesses and more, which the limits on guessing and the cost of a hash make out of reach.
    private const int LeastStrength = 2;

    private readonly PasswordOptions options;

    /// <summary>A policy of one profile.</summary>
    public PasswordPolicy(PasswordOptions options) => this.options = options;

    /// <summary>The rules in force.</summary>
    public PasswordProfile Profile => options.Profile;

    /// <summary>The password as something to hash or to try.</summary>
    /// <exception cref="InvalidRequestException">It holds characters that no keyboard makes, or too many: 400.</exception>
    public static PasswordAttempt Parse(string password, string field) => PasswordAttempt.TryCreate(password, out var attempt)
        ? attempt
        : throw new InvalidRequestException([Unusable(password, field)]);

    /// <summary>Every rule the password breaks: length and kinds together, and when those are kept, the first that says it is guessed.</summary>
    internal IReadOnlyList<FieldError> Check(string password, PasswordHolder holder, string field)
    {
        if (!PasswordAttempt.TryCreate(password, out var attempt))
        {
            return [Unusable(password, field)];
        }

        var text = password.Normalize(NormalizationForm.FormC);
        var least = holder.BesideSecondFactor ? Profile.MinLengthBesideSecondFactor : Profile.MinLength;
        List<FieldError> errors = attempt.Length < least ? [new FieldError(field, "too_short", $"The password needs at least {least} characters.")] : [];
        errors.AddRange(Kinds.Missing(text, Profile.Required).Select(missing => new FieldError(field, missing.Code, missing.Message)));
        if (errors.Count > 0)
        {
            return errors;
        }

        var words = ContextWords.Of(holder, options.Product);
        return CommonPasswords.Contains(text)
            ? [new FieldError(field, "too_common", "This is one of the passwords that are tried first, or close to one. Choose another.")]
            : words.Make(text)
                ? [new FieldError(field, "too_personal", "The password is made of your name, your address, your company or the name of this site. Choose one that is not about you.")]
                : Strength.Of(text, words.All) is { Score: < LeastStrength } weak
                    ? [new FieldError(field, "too_guessable", $"The password would be guessed soon: {weak.Because}. A few unrelated words are stronger.")]
                    : [];
    }

    private static FieldError Unusable(string password, string field) => password.Length > MaxLength
        ? new FieldError(field, "too_long", $"The password may have at most {MaxLength} characters.")
        : new FieldError(field, "malformed", "The password has characters that cannot be used.");
}
