namespace Palisade.Crypto.Jose;

/// <summary>The algorithms tokens are signed with, each bound to keys of its own kind. A key names its algorithm, never a token.</summary>
/// <remarks>
/// Who adds one adds it to <see cref="All"/>, and it inherits the vectors, the misuse tests and the corpus of forgeries.
/// Missing on purpose: <c>none</c>, the RS family (PKCS #1 v1.5), and whatever no peer has asked for.
/// </remarks>
public sealed class JwsAlgorithm
{
    private readonly Func<JwsSigningKey> create;
    private readonly ImportKey import;

    private JwsAlgorithm(string name, Func<JwsSigningKey> create, ImportKey import)
    {
        Name = name;
        this.create = create;
        this.import = import;
    }

    private delegate JwsSigningKey ImportKey(ReadOnlySpan<byte> exported);

    /// <summary>ECDSA on P-256 with SHA-256: the choice unless somebody has a reason (RFC 7518 section 3.4).</summary>
    public static JwsAlgorithm Es256 { get; } = new("ES256", Es256SigningKey.Create, Es256SigningKey.Import);

    /// <summary>RSASSA-PSS with SHA-256, for peers that know RSA alone (RFC 7518 section 3.5).</summary>
    public static JwsAlgorithm Ps256 { get; } = new("PS256", Ps256SigningKey.Create, Ps256SigningKey.Import);

    /// <summary>HMAC with SHA-256 (RFC 7518 section 3.2). Whoever verifies can forge, so there is nothing to publish.</summary>
    public static JwsAlgorithm Hs256 { get; } = new("HS256", Hs256Key.Create, Hs256Key.Import);

    /// <summary>Every algorithm that can be chosen.</summary>
    public static IReadOnlyList<JwsAlgorithm> All { get; } = [Es256, Ps256, Hs256];

    /// <summary>The <c>alg</c> of RFC 7518, compared character by character.</summary>
    public string Name { get; }

    /// <summary>The algorithm of this <c>alg</c>, or <see langword="null"/>.</summary>
    public static JwsAlgorithm? Find(string? name) => All.FirstOrDefault(algorithm => algorithm.Name == name);

    /// <summary>A fresh key.</summary>
    public JwsSigningKey CreateKey() => create();

    /// <summary>A key read back from <see cref="JwsSigningKey.Export"/>.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It is no key of this algorithm, or has bytes left over.</exception>
    public JwsSigningKey Import(ReadOnlySpan<byte> exported) => import(exported);

    /// <summary>The <c>alg</c>.</summary>
    public override string ToString() => Name;
}
