using System.Buffers.Binary;
using Palisade.Crypto.Secrets.Internal;

namespace Palisade.Crypto.Envelopes.Internal;

internal static class AssociatedData
{
    private const int GuidSize = 16;
    private const int Fields = 6;

    // Six fields, each a 32-bit big-endian length and then its bytes; strings in UTF-8, ids in the byte order in which
    // they are written. Without the lengths, table "ab" column "c" would be the same place as table "a" column "bc".
    internal static byte[] Of(byte version, Guid keyId, Place place)
    {
        if (place.Table is null || place.Column is null || place.Row is null)
        {
            throw new ArgumentException("A place names its table, column and row.", nameof(place));
        }

        var bytes = new byte[Fields * sizeof(uint) + sizeof(byte) + 2 * GuidSize
            + StrictUtf8.Encoding.GetByteCount(place.Table)
            + StrictUtf8.Encoding.GetByteCount(place.Column)
            + StrictUtf8.Encoding.GetByteCount(place.Row)];
        var rest = bytes.AsSpan();
        Write(ref rest, version);
        Write(ref rest, keyId);
        Write(ref rest, place.Tenant);
        Write(ref rest, place.Table);
        Write(ref rest, place.Column);
        Write(ref rest, place.Row);
        return bytes;
    }

    private static void Write(ref Span<byte> rest, byte value)
    {
        rest[sizeof(uint)] = value;
        Advance(ref rest, sizeof(byte));
    }

    private static void Write(ref Span<byte> rest, Guid value)
    {
        value.TryWriteBytes(rest[sizeof(uint)..], bigEndian: true, out var size);
        Advance(ref rest, size);
    }

    private static void Write(ref Span<byte> rest, string value) =>
        Advance(ref rest, StrictUtf8.Encoding.GetBytes(value, rest[sizeof(uint)..]));

    private static void Advance(ref Span<byte> rest, int size)
    {
        BinaryPrimitives.WriteUInt32BigEndian(rest, (uint)size);
        rest = rest[(sizeof(uint) + size)..];
    }
}
