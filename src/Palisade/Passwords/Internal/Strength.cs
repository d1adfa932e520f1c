namespace Palisade.Passwords.Internal;

/// <summary>How many guesses a password withstands, by zxcvbn's model of how people choose them.</summary>
/// <param name="Score">0 to 4.</param>
/// <param name="Because">Why it is not more, in words that follow a colon.</param>
internal sealed record Strength(int Score, string Because)
{
    // The model's work grows with the square of the length. What begins with 64 characters that are hard to guess is.
    private const int Longest = 64;

    internal static Strength Of(string text, IEnumerable<string> words)
    {
        var result = Zxcvbn.Zxcvbn.MatchPassword(text.Length > Longest ? text[..Longest] : text, words);
        return new Strength(result.Score, ReasonFor(result.MatchSequence.MaxBy(match => match.Token.Length)?.Pattern));
    }

    private static string ReasonFor(string? pattern) => pattern switch
    {
        "repeat" => "it repeats the same characters",
        "sequence" => "it runs along like abc or 123",
        "spatial" => "it follows the rows of a keyboard",
        "date" or "year" => "a date is easy to guess",
        "dictionary" => "it is one common word, or a name, with a little around it",
        _ => "there is not enough in it",
    };
}
