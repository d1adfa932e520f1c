using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Palisade.Crm.Tests.Mfa;

/// <summary>Somebody who makes authenticators and vouches for them: a root, and a leaf that signs for one model (WebAuthn 3, section 8.2.1).</summary>
internal sealed class AuthenticatorMaker : IDisposable
{
    private readonly ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 root;

    internal AuthenticatorMaker()
    {
        var request = new CertificateRequest("CN=Test Maker Root", rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(20));
    }

    /// <summary>The model its leaf is for; <see langword="null"/> for a leaf that does not say.</summary>
    internal Guid? Model { get; set; }

    /// <summary>The organizational unit of the leaf.</summary>
    internal string Unit { get; set; } = "Authenticator Attestation";

    /// <summary>Whether the leaf is an authority itself.</summary>
    internal bool LeafIsAuthority { get; set; }

    internal string RootPem => root.ExportCertificatePem();

    /// <summary>A <c>packed</c> statement over these bytes.</summary>
    internal void WriteStatement(CborWriter writer, byte[] signed)
    {
        var request = new CertificateRequest($"C=SE, O=Test Maker, OU={Unit}, CN=Test Leaf", leafKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(LeafIsAuthority, false, 0, true));
        if (Model is { } model)
        {
            request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.45724.1.1.4", [0x04, 0x10, .. model.ToByteArray(bigEndian: true)], critical: false));
        }

        using var leaf = request.Create(root, root.NotBefore, root.NotAfter, RandomNumberGenerator.GetBytes(8));
        writer.WriteStartMap(3);
        writer.WriteTextString("alg");
        writer.WriteInt32(-7);
        writer.WriteTextString("sig");
        writer.WriteByteString(leafKey.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        writer.WriteTextString("x5c");
        writer.WriteStartArray(1);
        writer.WriteByteString(leaf.RawData);
        writer.WriteEndArray();
        writer.WriteEndMap();
    }

    public void Dispose()
    {
        root.Dispose();
        rootKey.Dispose();
        leafKey.Dispose();
    }
}
