using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Palisade.Audit;
using Palisade.Storage;

namespace Palisade.Mfa.Internal;

/// <summary>The makers whose word about their authenticators counts: <c>packed</c> attestation down from their roots (WebAuthn 3, sections 7.1 and 8.2).</summary>
/// <remarks>Without roots nothing is verified, and a model is what the authenticator says. With them, every new passkey needs a maker's signature.</remarks>
internal sealed class AttestationRoots(MfaOptions options, PalisadeDatabase database, TimeProvider clock) : IDisposable
{
    private const string ModelExtension = "1.3.6.1.4.1.45724.1.1.4"; // id-fido-gen-ce-aaguid
    private const string OrganizationalUnit = "2.5.4.11";

    private const UnixFileMode Writable = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly X509Certificate2Collection roots = [];

    private sealed record Statement(int Algorithm, byte[] Signature, IReadOnlyList<byte[]> Certificates);

    /// <summary>Reads the roots once, as the process starts.</summary>
    /// <exception cref="TrustAnchorsException">They are not what the settings say they are; recorded.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (options.PasskeyRoots is not { } path)
        {
            return;
        }

        try
        {
            Load(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or TrustAnchorsException)
        {
            await using var work = await database.BeginSystemAsync(RequestFacts.OfProcess("start"), cancellationToken);
            await work.RecordAsync(new SecurityEvent(SecurityEvents.TrustAnchorsRefused).Refused("passkey_roots"), cancellationToken);
            await work.CommitAsync(cancellationToken);
            throw exception as TrustAnchorsException ?? new TrustAnchorsException($"{path}, which MFA_PASSKEY_ROOTS_PATH names, cannot be read as certificates in PEM: {exception.Message}");
        }
    }

    /// <summary>Whether a maker vouches for the authenticator, or nobody asks for that.</summary>
    public bool Accept(ReadOnlyMemory<byte> attestationObject, ReadOnlySpan<byte> clientDataHash)
    {
        if (options.PasskeyRoots is null)
        {
            return true;
        }

        try
        {
            var attestation = AttestationObject.Read(attestationObject);
            return attestation.Format == "packed" && Read(attestation.Statement) is { } statement && IsVouchedFor(attestation, statement, clientDataHash);
        }
        catch (Exception malformed) when (malformed is CborContentException or InvalidOperationException or OverflowException or CryptographicException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        foreach (var root in roots)
        {
            root.Dispose();
        }
    }

    private void Load(string path)
    {
        // What is checked and what is read is one open file.
        using var file = File.OpenHandle(path);
        if ((File.GetUnixFileMode(file) & Writable) != 0)
        {
            throw new TrustAnchorsException($"{path}, which MFA_PASSKEY_ROOTS_PATH names, can be written to; run chmod 444 on it.");
        }

        var bytes = new byte[RandomAccess.GetLength(file)];
        var read = RandomAccess.Read(file, bytes, 0);
        if (read != bytes.Length || !Convert.ToHexString(SHA256.HashData(bytes)).Equals(options.PasskeyRootsSha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new TrustAnchorsException($"{path}, which MFA_PASSKEY_ROOTS_PATH names, is not the file that MFA_PASSKEY_ROOTS_SHA256 was written for.");
        }

        roots.ImportFromPem(Encoding.UTF8.GetString(bytes));
        if (roots.Count == 0)
        {
            throw new TrustAnchorsException($"{path}, which MFA_PASSKEY_ROOTS_PATH names, holds no certificate.");
        }
    }

    /// <summary>The statement, or <see langword="null"/> for a self attestation: it names nobody who vouches.</summary>
    private static Statement? Read(ReadOnlyMemory<byte> encoded)
    {
        var reader = new CborReader(encoded, CborConformanceMode.Lax);
        int? algorithm = null;
        byte[]? signature = null;
        var certificates = new List<byte[]>();
        for (var left = reader.ReadStartMap() ?? 0; left > 0; left--)
        {
            switch (reader.ReadTextString())
            {
                case "alg":
                    algorithm = reader.ReadInt32();
                    break;
                case "sig":
                    signature = reader.ReadByteString();
                    break;
                case "x5c":
                    for (var chain = reader.ReadStartArray() ?? 0; chain > 0; chain--)
                    {
                        certificates.Add(reader.ReadByteString());
                    }

                    reader.ReadEndArray();
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }

        return algorithm is { } used && signature is not null && certificates.Count > 0 ? new Statement(used, signature, certificates) : null;
    }

    private bool IsVouchedFor(AttestationObject attestation, Statement statement, ReadOnlySpan<byte> clientDataHash)
    {
        var certificates = new X509Certificate2Collection(statement.Certificates.Select(X509CertificateLoader.LoadCertificate).ToArray());
        try
        {
            var leaf = certificates[0];
            return IsForAttestation(leaf)
                && leaf.Extensions[ModelExtension] is { Critical: false, RawData: [0x04, 0x10, .. { Length: 16 } model] } && new Guid(model, bigEndian: true) == attestation.Aaguid
                && IsSigned(leaf, statement, [.. attestation.AuthenticatorData.Span, .. clientDataHash])
                && LeadsToARoot(certificates);
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }

    // WebAuthn 3, section 8.2.1.
    private static bool IsForAttestation(X509Certificate2 leaf) =>
        leaf.Version == 3
        && leaf.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => !constraints.CertificateAuthority)
        && leaf.SubjectName.EnumerateRelativeDistinguishedNames().Any(name =>
            !name.HasMultipleElements && name.GetSingleElementType().Value == OrganizationalUnit && name.GetSingleElementValue() == "Authenticator Attestation");

    private static bool IsSigned(X509Certificate2 leaf, Statement statement, byte[] signed)
    {
        using var elliptic = leaf.GetECDsaPublicKey();
        using var rsa = leaf.GetRSAPublicKey();
        // RFC 9053, section 2.1, and RFC 8812, section 2.
        return statement.Algorithm switch
        {
            -7 => elliptic?.VerifyData(signed, statement.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence) is true,
            -257 => rsa?.VerifyData(signed, statement.Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) is true,
            _ => false,
        };
    }

    private bool LeadsToARoot(X509Certificate2Collection certificates)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(certificates);
        chain.ChainPolicy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        // A certificate from a stranger must not make this server fetch anything.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificates[0]);
    }
}
