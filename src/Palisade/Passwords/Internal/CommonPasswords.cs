using System.Security.Cryptography;
using System.Text;

namespace Palisade.Passwords.Internal;

/// <summary>Some 890,000 passwords that leaked most often, and what is made of them by habit.</summary>
/// <remarks>
/// Kept as 40 bits of SHA-256 each, 2.7 MB: another password is taken for one of them once in 1.2 million look-ups. The source, its
/// licence and the way to renew it stand beside the data file.
/// </remarks>
internal static class CommonPasswords
{
    //     65,536 counts of 1 byte, by the first two bytes of the hash | the other three bytes of each entry, in order

    private const int Buckets = 65536;
    private const int Rest = 3;

    // First touched by the first password that is chosen.
    private static readonly Lazy<(byte[] Data, int[] Starts)> Listed = new(Load);

    internal static int Count => Listed.Value.Starts[Buckets];

    /// <summary>Whether the password, or a word it was made of by habit, is listed.</summary>
    internal static bool Contains(string text) => Core.Of(text).Any(IsListed);

    /// <summary>Whether exactly this text is, in lower case.</summary>
    internal static bool IsListed(string folded)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(folded), hash);
        var (data, starts) = Listed.Value;
        var bucket = hash[0] << 8 | hash[1];
        var wanted = hash.Slice(2, Rest);
        for (var entry = starts[bucket]; entry < starts[bucket + 1]; entry++)
        {
            if (data.AsSpan(Buckets + entry * Rest, Rest).SequenceEqual(wanted))
            {
                return true;
            }
        }

        return false;
    }

    private static (byte[], int[]) Load()
    {
        const string name = "Palisade.Passwords.Data.common-passwords.bin";
        using var file = typeof(CommonPasswords).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly was built without {name}.");
        var data = new byte[file.Length];
        file.ReadExactly(data);
        var starts = new int[Buckets + 1];
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            starts[bucket + 1] = starts[bucket] + data[bucket];
        }

        return data.Length == Buckets + starts[Buckets] * Rest
            ? (data, starts)
            : throw new InvalidOperationException($"{name} is not whole.");
    }
}
