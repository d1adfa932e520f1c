using System.Diagnostics;
using System.Security.Cryptography;
using Palisade.Crypto.Envelopes;

namespace Palisade.Bench;

/// <summary>Envelope v1 over 32-byte values, against AES-GCM with a random nonce and nothing else.</summary>
internal static class Sealing
{
    internal static async Task<Measured> RunAsync(BenchInstance instance)
    {
        const int count = 400_000;
        using var key = DataKey.Create(Guid.CreateVersion7());
        var place = new Place(Guid.CreateVersion7(), "crm.customers", "phone", Guid.CreateVersion7().ToString("N"));
        var value = RandomNumberGenerator.GetBytes(32);
        using var raw = new AesGcm(RandomNumberGenerator.GetBytes(32), 16);
        var (ours, peer) = await Measured.InTurnAsync(
            3,
            () => RateAsync(count, () => EnvelopeV1.Seal(key, place, value)),
            () => RateAsync(count, () =>
            {
                var sealedValue = new byte[12 + 32 + 16];
                RandomNumberGenerator.Fill(sealedValue.AsSpan(0, 12));
                raw.Encrypt(sealedValue.AsSpan(0, 12), value, sealedValue.AsSpan(12, 32), sealedValue.AsSpan(44));
                return sealedValue;
            }));
        return new Measured(ours, peer, "values/s", ours / peer, ">= 0.50", "AES-256-GCM with a random nonce, no place bound");
    }

    private static Task<double> RateAsync(int count, Func<byte[]> seal)
    {
        var watch = Stopwatch.StartNew();
        for (var index = 0; index < count; index++)
        {
            seal();
        }

        return Task.FromResult(count / watch.Elapsed.TotalSeconds);
    }
}
