using System.IO.Compression;
using System.Text;

namespace Palisade.Validation.Internal;

/// <summary>A set of ASCII strings kept as one block of bytes: lines in byte order, each ended by a line feed.</summary>
/// <remarks>121,000 strings and their table would take eight times the room.</remarks>
internal sealed class SortedLines
{
    private const byte LineFeed = (byte)'\n';

    private readonly byte[] lines;

    private SortedLines(byte[] lines) => this.lines = lines;

    internal static SortedLines Read(Stream compressed)
    {
        using var source = new BrotliStream(compressed, CompressionMode.Decompress);
        using var text = new MemoryStream(capacity: 2 * 1024 * 1024);
        source.CopyTo(text);
        return new SortedLines(text.ToArray());
    }

    internal int SizeInBytes => lines.Length;

    internal bool Contains(string line)
    {
        if (line.Length == 0 || line.Length > 255 || !Ascii.IsValid(line))
        {
            return false;
        }
        Span<byte> wanted = stackalloc byte[line.Length];
        Encoding.ASCII.GetBytes(line, wanted);

        // Invariant: low and high stand at the start of a line, or at the end of the block.
        var (low, high) = (0, lines.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var start = lines.AsSpan(0, middle).LastIndexOf(LineFeed) + 1;
            var found = lines.AsSpan(start);
            found = found[..found.IndexOf(LineFeed)];
            var order = found.SequenceCompareTo(wanted);
            if (order == 0)
            {
                return true;
            }
            if (order < 0)
            {
                low = start + found.Length + 1;
            }
            else
            {
                high = start;
            }
        }
        return false;
    }
}
