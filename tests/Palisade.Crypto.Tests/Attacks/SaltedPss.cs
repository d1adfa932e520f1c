using System.Numerics;
using System.Security.Cryptography;

namespace Palisade.Crypto.Attacks;

/// <summary>RSASSA-PSS with SHA-256 and a salt of any length (RFC 8017 section 9.1.1), which the framework does not offer.</summary>
internal static class SaltedPss
{
    internal static byte[] Sign(RSA key, byte[] data, int saltSize)
    {
        var size = key.KeySize / 8;
        var salt = RandomNumberGenerator.GetBytes(saltSize);
        byte[] hash = SHA256.HashData([.. new byte[8], .. SHA256.HashData(data), .. salt]);
        byte[] block = [.. new byte[size - 32 - 2 - saltSize], 1, .. salt];
        var mask = Mask(hash, block.Length);
        for (var index = 0; index < block.Length; index++)
        {
            block[index] ^= mask[index];
        }

        block[0] &= 0x7F;
        var parameters = key.ExportParameters(includePrivateParameters: true);
        var signature = BigInteger.ModPow(Number([.. block, .. hash, 0xBC]), Number(parameters.D!), Number(parameters.Modulus!));
        var bytes = signature.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[size - bytes.Length], .. bytes];
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Mask(byte[] seed, int size) =>
        [.. Enumerable.Range(0, (size + 31) / 32).SelectMany(counter => SHA256.HashData([.. seed, 0, 0, 0, (byte)counter])).Take(size)];
}
