using System.Text;

namespace Palisade.Crypto.Secrets.Internal;

internal static class StrictUtf8
{
    // The default encoding turns every lone surrogate into U+FFFD, so that different strings would be authenticated,
    // or hashed, as if they were one. This one throws.
    internal static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
