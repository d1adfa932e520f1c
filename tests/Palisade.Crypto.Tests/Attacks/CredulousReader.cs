using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Palisade.Crypto.Jose;

namespace Palisade.Crypto.Attacks;

/// <summary>A token reader broken on purpose: the header chooses algorithm and key, and <c>typ</c> is not looked at.</summary>
internal static class CredulousReader
{
    internal static bool Accepts(string token, JwsSigningKey trusted)
    {
        try
        {
            var parts = token.Split('.');
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
            var signature = Base64Url.DecodeFromChars(parts[2]);
            var alg = header.RootElement.GetProperty("alg").GetString()!;

            if (alg.Equals("none", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }

            if (alg == "HS256" && ForgedTokens.Spki(trusted) is { } published)
            {
                return HMACSHA256.HashData(published, signed).AsSpan().SequenceEqual(signature);
            }

            var key = header.RootElement.TryGetProperty("jwk", out var jwk) ? Embedded(jwk) : trusted.Verification;
            return key.Verify(signed, signature);
        }
        catch (Exception exception)
            when (exception is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    private static Es256VerificationKey Embedded(JsonElement jwk) => Es256VerificationKey.FromCoordinates(
        Base64Url.DecodeFromChars(jwk.GetProperty("x").GetString()), Base64Url.DecodeFromChars(jwk.GetProperty("y").GetString()));
}
