using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Captcha;

/// <summary>Solves what <c>GET /auth/captcha</c> sets, as ALTCHA's own library would.</summary>
internal static class Solver
{
    internal static async Task<string> SolveAsync(ApiClient client) => Solve((await client.GetAsync("/auth/captcha")).Json);

    internal static string Solve(JsonElement set)
    {
        var (salt, challenge) = (set.GetProperty("salt").GetString()!, set.GetProperty("challenge").GetString()!);
        var number = Enumerable.Range(0, set.GetProperty("maxnumber").GetInt32() + 1).First(candidate => HashOf(salt, candidate) == challenge);
        return Encode(set.GetProperty("algorithm").GetString()!, challenge, number, salt, set.GetProperty("signature").GetString()!);
    }

    internal static string Encode(string algorithm, string challenge, long number, string salt, string signature) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new { algorithm, challenge, number, salt, signature }));

    internal static string HashOf(string salt, long number) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{salt}{number}"))));
}
