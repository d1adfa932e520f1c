using System.Formats.Cbor;

namespace Palisade.Mfa.Internal;

/// <summary>What an authenticator says about itself and its new passkey (WebAuthn 3, section 6.5).</summary>
internal sealed record AttestationObject(string Format, ReadOnlyMemory<byte> Statement, ReadOnlyMemory<byte> AuthenticatorData)
{
    // WebAuthn 3, section 6.1: RP id hash (32), flags (1), counter (4), and then the attested credential data, which begins with the AAGUID.
    private const int AaguidAt = 37;

    /// <summary>The authenticator's model; zeros when it does not say.</summary>
    public Guid Aaguid => new(AuthenticatorData.Span.Slice(AaguidAt, 16), bigEndian: true);

    /// <summary>Reads an object that the framework's handler has read before.</summary>
    public static AttestationObject Read(ReadOnlyMemory<byte> encoded)
    {
        var reader = new CborReader(encoded, CborConformanceMode.Lax);
        var (format, statement, data) = ("", default(ReadOnlyMemory<byte>), default(ReadOnlyMemory<byte>));
        for (var left = reader.ReadStartMap() ?? 0; left > 0; left--)
        {
            switch (reader.ReadTextString())
            {
                case "fmt":
                    format = reader.ReadTextString();
                    break;
                case "attStmt":
                    statement = reader.ReadEncodedValue();
                    break;
                case "authData":
                    data = reader.ReadByteString();
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }

        return new AttestationObject(format, statement, data);
    }
}
