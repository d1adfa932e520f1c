using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Palisade.Tokens;

namespace Palisade.Bench;

/// <summary>Access tokens that no memory knows, read by one core: form, header, key, signature, claims and times.</summary>
internal static class TokenReading
{
    private const int Rounds = 3;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);

    internal static async Task<Measured> ColdAsync(BenchInstance instance)
    {
        var (tokens, token) = (instance.Services.GetRequiredService<AccessTokens>(), instance.Proof["Authorization"]["Bearer ".Length..]);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var data = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
        var signature = key.SignData(data, HashAlgorithmName.SHA256);
        var (ours, peer) = await Measured.InTurnAsync(
            Rounds,
            () => PerSecondAsync(() => tokens.Read(token).IsValid),
            () => PerSecondAsync(() => key.VerifyData(data, signature, HashAlgorithmName.SHA256)));
        return new Measured(ours, peer, "tokens/s", ours / peer, ">= 10000", "the bare ES256 signature, same bytes");
    }

    private static Task<double> PerSecondAsync(Func<bool> isValid)
    {
        var (read, since) = (0, Stopwatch.StartNew());
        while (since.Elapsed < Duration)
        {
            read += isValid() ? 1 : throw new InvalidOperationException("The token is not valid.");
        }

        return Task.FromResult(read / since.Elapsed.TotalSeconds);
    }
}
