using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Palisade.Crypto.Jose.Internal;

/// <summary>The only header of a signed token: <c>{"alg":"...","kid":"...","typ":"..."}</c>.</summary>
internal sealed record JwsHeader(string Alg, string Kid, string Typ)
{
    // A thumbprint has 43 characters. The kid goes to a look-up before anything is authentic, so it can hold neither a
    // path nor a query.
    internal const int MaxKidLength = 64;

    // The default encoder writes the plus of "at+jwt" as an escape, for the sake of HTML. This text is never in HTML.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Every name that is missing here is refused with its header: jku, x5u, jwk and x5c name a key of the sender's
    // choice, crit, b64 and zip change what is signed (RFC 7515 section 4.1, RFC 7797, RFC 8725 section 3.1).
    internal static JwsHeader? Parse(ReadOnlySpan<byte> utf8) =>
        FlatJson.TryRead(utf8, out var json)
        && json.Names.Count == 3
        && json.Text("alg") is { } alg
        && json.Text("kid") is { Length: > 0 and <= MaxKidLength } kid
        && StrictBase64Url.IsAlphabet(kid)
        && json.Text("typ") is { } typ
            ? new JwsHeader(alg, kid, typ)
            : null;

    internal byte[] ToUtf8()
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("alg", Alg);
            writer.WriteString("kid", Kid);
            writer.WriteString("typ", Typ);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
