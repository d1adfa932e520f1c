using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Palisade.Crypto.Jose;

namespace Palisade.Crypto.Attacks;

/// <summary>A token reader broken on purpose: the header chooses algorithm and key, and <c>typ</c> is not looked at.</summary>
internal static class CredulousReader
{
    internal static bool Accepts(string token, Es256SigningKey trusted)
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

            if (alg == "HS256")
            {
                using var pair = ECDsa.Create();
                pair.ImportPkcs8PrivateKey(trusted.ExportPkcs8(), out _);
                return HMACSHA256.HashData(pair.ExportSubjectPublicKeyInfo(), signed).AsSpan().SequenceEqual(signature);
            }

            var key = header.RootElement.TryGetProperty("jwk", out var jwk) ? Embedded(jwk) : trusted.Public;
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
