using System.Text;

namespace Palisade.Crypto.Attacks;

/// <summary>Tokens one to three random changes away from others. The seed is fixed: a failure comes again.</summary>
internal static class Mutants
{
    /// <summary>Half of them begin at a token that is right: those come closest.</summary>
    internal static IEnumerable<string> Of(string[] genuine, string[] seeds, int count)
    {
        var random = new Random(20260301);
        for (var index = 0; index < count; index++)
        {
            yield return Mutate(index % 2 == 0 ? genuine[index / 2 % genuine.Length] : seeds[random.Next(seeds.Length)], seeds, random);
        }
    }

    private static string Mutate(string token, string[] others, Random random)
    {
        var text = new StringBuilder(token);
        for (var round = random.Next(1, 4); round > 0; round--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(8))
            {
                case 0:
                    text[at] ^= (char)(1 << random.Next(7));
                    break;
                case 1:
                    text.Insert(at, (char)random.Next(0x20, 0x7F));
                    break;
                case 2 when text.Length > 1:
                    text.Remove(at, 1);
                    break;
                case 3:
                    text[at] = (char)random.Next(0x10000);
                    break;
                case 4:
                    text.Insert(at, text.ToString(at, Math.Min(8, text.Length - at)));
                    break;
                case 5:
                    text.Length = at + 1;
                    break;
                case 6:
                    (text[at], text[random.Next(text.Length)]) = (text[random.Next(text.Length)], text[at]);
                    break;
                default:
                    var (mine, theirs) = (text.ToString().Split('.'), others[random.Next(others.Length)].Split('.'));
                    var segment = random.Next(Math.Min(mine.Length, theirs.Length));
                    mine[segment] = theirs[segment];
                    text.Clear().AppendJoin('.', mine);
                    text.Append(text.Length == 0 ? "." : "");
                    break;
            }
        }

        return text.ToString();
    }
}
