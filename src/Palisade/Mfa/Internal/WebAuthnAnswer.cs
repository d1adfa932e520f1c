using System.Buffers.Text;
using System.Text.Json;
using Palisade.Validation;

namespace Palisade.Mfa.Internal;

/// <summary>What the answer of a WebAuthn ceremony looks like from outside, before anything in it is believed.</summary>
internal static class WebAuthnAnswer
{
    // A credential id has at most 1,023 bytes (WebAuthn 3, section 7.1).
    private const int LongestId = 1364;

    /// <summary>One error when it is no answer of <c>PublicKeyCredential.toJSON()</c>; nothing when there is none.</summary>
    public static IEnumerable<FieldError> Rules(JsonElement? credential) => credential is null || IdOf(credential.Value) is not null
        ? []
        : [new FieldError("credential", "malformed", "Must be what the browser's PublicKeyCredential.toJSON() writes.")];

    /// <summary>The credential it says it is, or <see langword="null"/> when it is no answer at all.</summary>
    public static string? IdOf(JsonElement credential) =>
        credential.ValueKind == JsonValueKind.Object
        && credential.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 and <= LongestId } text && Base64Url.IsValid(text)
        && credential.TryGetProperty("response", out var response) && response.ValueKind == JsonValueKind.Object
            ? text
            : null;
}
