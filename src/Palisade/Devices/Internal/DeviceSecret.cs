using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Palisade.Crypto.Secrets;

namespace Palisade.Devices.Internal;

/// <summary>What a device keeps and shows at a sign-in. Signed, so that made-up ones cost no look into the database.</summary>
/// <remarks>
/// <code>
///     0            32         48
///     +------------+----------+
///     |   secret   |   tag    |   base64url: 64 characters
///     +------------+----------+
/// </code>
/// The database holds the SHA-256 of the secret.
/// </remarks>
[Secret]
internal sealed class DeviceSecret
{
    /// <summary>A browser's cookie.</summary>
    internal const string Cookie = "__Host-device";

    /// <summary>A native client's header.</summary>
    internal const string Header = "X-Device-Token";

    private const int SecretSize = 32;
    private const int TagSize = 16;
    private const int TextSize = (SecretSize + TagSize) / 3 * 4;

    private DeviceSecret(byte[] bytes)
    {
        Token = Base64Url.EncodeToString(bytes);
        Hash = SHA256.HashData(bytes.AsSpan(0, SecretSize));
    }

    /// <summary>What the device keeps.</summary>
    public string Token { get; }

    /// <summary>What the database knows it by.</summary>
    public byte[] Hash { get; }

    public static DeviceSecret Create(DeviceOptions options)
    {
        var bytes = new byte[SecretSize + TagSize];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, SecretSize));
        Tag(options, bytes).CopyTo(bytes, SecretSize);
        return new DeviceSecret(bytes);
    }

    /// <summary>What the request's device shows, or <see langword="null"/> when it shows nothing that we signed.</summary>
    public static DeviceSecret? Of(HttpContext context, DeviceOptions options)
    {
        var text = context.Request.Cookies[Cookie] ?? context.Request.Headers[Header].ToString();
        Span<byte> bytes = stackalloc byte[SecretSize + TagSize];
        return text is { Length: TextSize }
            && Base64Url.TryDecodeFromChars(text, bytes, out var length) && length == bytes.Length
            && CryptographicOperations.FixedTimeEquals(Tag(options, bytes), bytes[SecretSize..])
                ? new DeviceSecret(bytes.ToArray())
                : null;
    }

    /// <summary>Gives it to a browser.</summary>
    public void SetCookie(HttpContext context) => context.Response.Cookies.Append(Cookie, Token, new CookieOptions
    {
        HttpOnly = true,
        Secure = true,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        MaxAge = DeviceOptions.Life,
    });

    /// <summary>The type's name, never the secret.</summary>
    public override string ToString() => nameof(DeviceSecret);

    private static byte[] Tag(DeviceOptions options, ReadOnlySpan<byte> bytes) =>
        KeyedHash.Compute(options.Key.Span, "device-token", bytes[..SecretSize])[..TagSize];
}
