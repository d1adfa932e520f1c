using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Crypto.Totp;

/// <summary>Time-based one-time passwords (RFC 6238) as authenticator apps compute them: 6 digits, 30 seconds, SHA-1 unless told.</summary>
/// <remarks>
/// This class only computes. A code is single-use when the caller stores the step it matched and accepts only a larger
/// one next time, in one conditional write (RFC 6238 section 5.2).
/// </remarks>
public static class Totp
{
    /// <summary>Seconds in a step.</summary>
    public const int StepSeconds = 30;

    /// <summary>Digits in a code.</summary>
    public const int Digits = 6;

    /// <summary>The most steps a code may be early or late.</summary>
    public const int MaxDrift = 2;

    /// <summary>The step a moment falls into, counted from 1970 (RFC 6238 section 4.2).</summary>
    public static long StepAt(DateTimeOffset moment)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(moment, DateTimeOffset.UnixEpoch);
        return moment.ToUnixTimeSeconds() / StepSeconds;
    }

    /// <summary>The code of one step.</summary>
    /// <param name="seed">The shared secret.</param>
    /// <param name="step">Zero or more.</param>
    /// <param name="digits">6 to 8.</param>
    /// <param name="algorithm">SHA-1 unless told; SHA-256 and SHA-512 are known to few authenticators.</param>
    public static string Code(TotpSeed seed, long step, int digits = Digits, HashAlgorithmName algorithm = default)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 6);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 8);

        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        // SHA-1 is what RFC 6238 and every authenticator use. Its collisions do not matter to HMAC.
        var hash = algorithm == default ? HashAlgorithmName.SHA1 : algorithm;
        var mac = CryptographicOperations.HmacData(hash, seed.Bytes, counter);

        // Dynamic truncation, RFC 4226 section 5.3: the last four bits say where to read 31 bits.
        var at = mac[^1] & 0x0F;
        var number = BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(at)) & int.MaxValue;
        var modulus = digits switch { 6 => 1_000_000, 7 => 10_000_000, _ => 100_000_000 };
        return (number % modulus).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    /// <summary>Whether a code is right at one of the steps around the current one, and at which.</summary>
    /// <remarks>
    /// Every candidate is computed and compared in fixed time, whichever matches. When two steps share the code, the
    /// later one is told, so that storing it also uses up the earlier.
    /// </remarks>
    /// <param name="seed">The shared secret.</param>
    /// <param name="code">Exactly six ASCII digits; anything else is simply wrong. Never trimmed.</param>
    /// <param name="currentStep">From <see cref="StepAt"/> and the server's clock.</param>
    /// <param name="stepsBack">How late a code may be, 0 to <see cref="MaxDrift"/> steps.</param>
    /// <param name="stepsForward">How early a code may be, 0 to <see cref="MaxDrift"/> steps.</param>
    /// <param name="step">The step to store; 0 when nothing matched.</param>
    /// <param name="algorithm">As it was told at the enrolment: SHA-1 unless told.</param>
    public static bool TryMatch(
        TotpSeed seed, string? code, long currentStep, int stepsBack, int stepsForward, out long step, HashAlgorithmName algorithm = default)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentOutOfRangeException.ThrowIfNegative(currentStep);
        ThrowIfNotDrift(stepsBack);
        ThrowIfNotDrift(stepsForward);

        step = 0;
        if (code is not { Length: Digits } || !code.All(char.IsAsciiDigit))
        {
            return false;
        }

        var given = Encoding.ASCII.GetBytes(code);
        var matched = false;
        for (var candidate = Math.Max(0, currentStep - stepsBack); candidate <= currentStep + stepsForward; candidate++)
        {
            var equal = CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(Code(seed, candidate, Digits, algorithm)));
            step = equal ? candidate : step;
            matched |= equal;
        }

        return matched;
    }

    /// <summary>The address behind the QR code (Key URI format): label <c>issuer:account</c>. As secret as the seed.</summary>
    /// <param name="issuer">The product's or company's name, without a colon.</param>
    /// <param name="account">Usually the e-mail address, without a colon.</param>
    /// <param name="seed">The shared secret.</param>
    /// <param name="algorithm">SHA-1 unless told.</param>
    public static string OtpauthUri(string issuer, string account, TotpSeed seed, HashAlgorithmName algorithm = default)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ThrowIfNotLabel(issuer, nameof(issuer));
        ThrowIfNotLabel(account, nameof(account));
        var name = Uri.EscapeDataString(issuer);
        // All three are written out: some authenticators take others when they are missing.
        return $"otpauth://totp/{name}:{Uri.EscapeDataString(account)}?secret={seed.ToBase32()}&issuer={name}"
            + $"&algorithm={(algorithm == default ? HashAlgorithmName.SHA1 : algorithm).Name}&digits={Digits}&period={StepSeconds}";
    }

    private static void ThrowIfNotDrift(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, MaxDrift);
    }

    private static void ThrowIfNotLabel(string text, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text, name);
        if (text.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException("The colon separates issuer and account; neither may hold one.", name);
        }
    }
}
