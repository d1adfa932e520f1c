using Npgsql;
using Palisade.Crypto.Jose;

namespace Palisade.Tokens.Internal;

/// <summary>What a caller has to hold, beside the token, to use it. Both are SHA-256 in base64url; a token may ask for one, both or nothing.</summary>
/// <param name="Key">Thumbprint of the DPoP key (RFC 9449).</param>
/// <param name="Certificate">Thumbprint of the client certificate (RFC 8705).</param>
internal sealed record Binding(string? Key, string? Certificate)
{
    public static readonly Binding None = new(null, null);

    public static Binding Of(AccessTokenClaims claims) => new(claims.KeyThumbprint, claims.CertificateThumbprint);

    /// <summary>From <c>bound_key</c> and <c>bound_certificate</c> of a row, the first of them in this column.</summary>
    public static Binding At(NpgsqlDataReader row, int column) =>
        new(row.IsDBNull(column) ? null : row.GetString(column), row.IsDBNull(column + 1) ? null : row.GetString(column + 1));

    /// <summary>How a client has to present the token: <c>token_type</c> of RFC 6750 and RFC 9449.</summary>
    public string TokenType => Key is null ? "Bearer" : "DPoP";

    /// <summary>Whether this, as a caller proved it, is all that a token asks for.</summary>
    public bool Satisfies(Binding asked) => (asked.Key is null || asked.Key == Key) && (asked.Certificate is null || asked.Certificate == Certificate);
}
