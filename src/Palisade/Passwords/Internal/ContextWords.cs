using System.Text;

namespace Palisade.Passwords.Internal;

/// <summary>Words that somebody who knows the person or the site would try first (ASVS V6.2.11).</summary>
internal sealed class ContextWords
{
    private const int ShortestWord = 3;

    // What may stand beside the words before a password is more than them.
    private const int LongestRest = 3;

    // The longest first, forwards and backwards.
    private readonly string[] forms;

    private ContextWords(IEnumerable<string> words)
    {
        All = [.. words.Where(word => word.Length >= ShortestWord).Distinct()];
        forms = [.. All.Concat(All.Select(word => new string([.. word.Reverse()]))).OrderByDescending(form => form.Length)];
    }

    internal IReadOnlyList<string> All { get; }

    internal static ContextWords Of(PasswordHolder holder, string product)
    {
        var at = holder.Email?.LastIndexOf('@') ?? -1;
        var local = at > 0 ? holder.Email![..at] : "";
        // Of mail.example.co.uk every label counts but the last: which of them is the company's is not for us to know.
        var domain = at > 0 ? holder.Email![(at + 1)..].Split('.')[..^1] : [];
        string[] sources = [product, local, .. domain, holder.Name ?? "", holder.Company ?? ""];
        return new ContextWords(sources.SelectMany(source => Split(source).Append(string.Concat(Split(source)))));
    }

    /// <summary>Whether next to nothing is left of the password without these words, their reverse, digits for letters and a tail of digits.</summary>
    /// <remarks>A long password that merely holds such a word is left alone, as NIST SP 800-63B-4 demands.</remarks>
    internal bool Make(string text) => Core.Of(text).Any(IsMade);

    private bool IsMade(string text)
    {
        var rest = forms.Aggregate(Letters(text), (left, form) => left.Replace(form, "", StringComparison.Ordinal));
        return rest.Length < Letters(text).Length && rest.Length <= LongestRest;
    }

    private static string[] Split(string source) =>
        string.Concat(source.Normalize(NormalizationForm.FormC).ToLowerInvariant().Select(letter => char.IsLetterOrDigit(letter) ? letter : ' '))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit));
}
