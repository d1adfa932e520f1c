using System.Text.RegularExpressions;

namespace Palisade.Crypto.Passwords.Internal;

/// <summary>bcrypt and yescrypt, as <c>crypt(5)</c> writes them.</summary>
internal sealed partial class CryptHash : IForeignHash
{
    //     $2b$12$<22 characters of salt><31 of hash>          a, b, y: the same for text. x marks the hashes of an old bug: refused.
    //     $y$j9T$<salt>$<43 of hash>                          j: the defaults; then log2 N and r, one character each

    // 2^14 rounds take about a second.
    private const int MaxBcryptCost = 14;

    // 128 * N * r bytes, all of which are walked; Debian's default is 16 MiB.
    private const long MaxYescryptBytes = 64 * 1024 * 1024;

    private const int BcryptBytes = 72;
    private const string Digits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // Below this one character is a whole number in yescrypt's encoding.
    private const int SingleDigits = 48;

    private readonly string text;
    private readonly bool isBcrypt;

    private CryptHash(string text, bool isBcrypt)
    {
        this.text = text;
        this.isBcrypt = isBcrypt;
    }

    public string Scheme => isBcrypt ? "bcrypt" : "yescrypt";

    internal static CryptHash? TryParse(string text)
    {
        if (Bcrypt().Match(text) is { Success: true } bcrypt)
        {
            var cost = (bcrypt.Groups["cost"].ValueSpan[0] - '0') * 10 + (bcrypt.Groups["cost"].ValueSpan[1] - '0');
            return cost is >= 4 and <= MaxBcryptCost ? new CryptHash(text, isBcrypt: true) : null;
        }

        if (Yescrypt().Match(text) is { Success: true } yescrypt)
        {
            var (power, blocks) = (Number(yescrypt, "n"), Number(yescrypt, "r"));
            return power is >= 10 and <= 18 && blocks <= 32 && 128L * blocks << power <= MaxYescryptBytes ? new CryptHash(text, isBcrypt: false) : null;
        }

        return null;
    }

    /// <remarks>
    /// bcrypt sees 72 bytes and no more. A longer password would open with any other ending, so it opens nothing: its owner takes
    /// a reset, once. The hash is computed all the same, for the time that it takes.
    /// </remarks>
    public bool Verify(ReadOnlySpan<byte> password) => Libcrypt.Verify(password, text) & !(isBcrypt && password.Length > BcryptBytes);

    private static int Number(Match match, string group) =>
        Digits.IndexOf(match.Groups[group].ValueSpan[0], StringComparison.Ordinal) is var value and < SingleDigits ? value + 1 : int.MaxValue;

    [GeneratedRegex(
        @"\A\$2[aby]\$(?<cost>[0-9]{2})\$[./A-Za-z0-9]{53}\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Bcrypt();

    [GeneratedRegex(
        @"\A\$y\$j(?<n>[./A-Za-z0-9])(?<r>[./A-Za-z0-9])\$[./A-Za-z0-9]{4,86}\$[./A-Za-z0-9]{43}\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Yescrypt();
}
