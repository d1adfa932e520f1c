using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Palisade.Crm.Tests.Mfa;

/// <summary>An authenticator in a test's hands (WebAuthn 3, sections 6.1 and 6.5): one ES256 passkey, with every byte open to be wrong.</summary>
internal sealed class SoftAuthenticator : IDisposable
{
    private const byte Present = 0x01, Verified = 0x04, HasKey = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(32);
    private string handle = "";

    /// <summary>What the next answer's counter says.</summary>
    internal uint Counter { get; set; } = 1;

    /// <summary>The page it believes to be on.</summary>
    internal required string Origin { get; set; }

    /// <summary>The RP id it signs for.</summary>
    internal string RpId { get; set; } = "localhost";

    /// <summary>Whether it saw to it who holds it.</summary>
    internal bool VerifiesItsUser { get; set; } = true;

    /// <summary>Whether it signs with a key that was never registered.</summary>
    internal bool HasAnotherKey { get; set; }

    internal Guid Aaguid { get; init; }

    /// <summary>Who vouches for it; with <c>packed</c> and nobody, it does so itself.</summary>
    internal AuthenticatorMaker? Maker { get; init; }

    /// <summary>The format of its attestation.</summary>
    internal string Format { get; init; } = "none";

    /// <summary>Whether its attestation is over another ceremony's bytes.</summary>
    internal bool SignsSomethingElse { get; init; }

    /// <summary>The answer of <c>navigator.credentials.create()</c>.</summary>
    internal object Create(JsonElement options)
    {
        handle = options.GetProperty("user").GetProperty("id").GetString()!;
        var clientData = ClientData("webauthn.create", options);
        byte[] data = [.. AuthenticatorData(HasKey), .. Aaguid.ToByteArray(bigEndian: true), 0, (byte)id.Length, .. id, .. PublicKey()];
        var attestation = new CborWriter();
        attestation.WriteStartMap(3);
        attestation.WriteTextString("fmt");
        attestation.WriteTextString(Format);
        attestation.WriteTextString("attStmt");
        WriteStatement(attestation, [.. data, .. SignsSomethingElse ? id : SHA256.HashData(clientData)]);
        attestation.WriteTextString("authData");
        attestation.WriteByteString(data);
        attestation.WriteEndMap();
        return Credential(new
        {
            clientDataJSON = Text(clientData),
            attestationObject = Text(attestation.Encode()),
            transports = new[] { "internal" },
        });
    }

    /// <summary>The answer of <c>navigator.credentials.get()</c>.</summary>
    internal object Get(JsonElement options)
    {
        var (data, client) = (AuthenticatorData(0), ClientData("webauthn.get", options));
        using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signature = (HasAnotherKey ? another : key).SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new { clientDataJSON = Text(client), authenticatorData = Text(data), signature = Text(signature), userHandle = handle });
    }

    public void Dispose() => key.Dispose();

    private void WriteStatement(CborWriter attestation, byte[] signed)
    {
        if (Maker is not null)
        {
            Maker.WriteStatement(attestation, signed);
            return;
        }

        var isSelf = Format == "packed";
        attestation.WriteStartMap(isSelf ? 2 : 0);
        if (isSelf)
        {
            attestation.WriteTextString("alg");
            attestation.WriteInt32(-7);
            attestation.WriteTextString("sig");
            attestation.WriteByteString(key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        attestation.WriteEndMap();
    }

    private object Credential(object response) => new { id = Text(id), rawId = Text(id), type = "public-key", response, clientExtensionResults = new { } };

    private byte[] ClientData(string type, JsonElement options) => JsonSerializer.SerializeToUtf8Bytes(
        new { type, challenge = options.GetProperty("challenge").GetString(), origin = Origin, crossOrigin = false });

    private byte[] AuthenticatorData(byte more)
    {
        var counter = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, Counter);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(RpId)), (byte)(Present | (VerifiesItsUser ? Verified : 0) | more), .. counter];
    }

    // COSE_Key of an ES256 key (RFC 9053, section 7.1.1).
    private byte[] PublicKey()
    {
        var point = key.ExportParameters(false).Q;
        var cose = new CborWriter(CborConformanceMode.Ctap2Canonical);
        cose.WriteStartMap(5);
        foreach (var (label, value) in new[] { (1, 2), (3, -7), (-1, 1) })
        {
            cose.WriteInt32(label);
            cose.WriteInt32(value);
        }

        cose.WriteInt32(-2);
        cose.WriteByteString(point.X!);
        cose.WriteInt32(-3);
        cose.WriteByteString(point.Y!);
        cose.WriteEndMap();
        return cose.Encode();
    }

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
