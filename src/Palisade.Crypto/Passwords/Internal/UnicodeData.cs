using System.Text;

namespace Palisade.Crypto.Passwords.Internal;

internal static class UnicodeData
{
    // In the framework's invariant mode Normalize returns its input unchanged, without a word. A node in that mode
    // would refuse accented passwords that another node stored.
    internal static void EnsureAvailable()
    {
        if ("e\u0301".Normalize(NormalizationForm.FormC) != "\u00E9")
        {
            throw new InvalidOperationException(
                "Unicode normalisation is switched off, and passwords need it. Install ICU (on Debian: libicu72) and run "
                + "without DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");
        }
    }
}
