using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crypto.Jose;
using Palisade.Encryption;

namespace Palisade.Crm.Tests.Tokens;

public sealed class ChosenAlgorithmTests(TestCluster cluster)
{
    [Theory]
    [InlineData("PS256", 2)]
    [InlineData("HS256", 1)]
    public async Task Another_algorithm_takes_over_by_rotation_and_signs_nobody_out(string algorithm, int published)
    {
        await using var first = new CrmInstance(cluster);
        await first.InitializeAsync();
        using var office = await Office.OpenAsync(first);
        var person = await office.HireAsync("viewer");
        using var client = first.NewClient();
        client.AccessToken = (await person.LoginAsync(client))["accessToken"];

        await using var second = new CrmInstance(cluster)
        {
            Beside = first,
            Configure = builder => builder.Services.ChooseTokens(algorithm: JwsAlgorithm.Find(algorithm)),
        };
        await second.InitializeAsync();
        await UntilAsync(async () => await first.Behind.ReadAsync<long>("SELECT count(*) FROM encryption.keys WHERE purpose = 'AccessTokens'") == 2);
        first.Clock.Advance(TimeSpan.FromMinutes(11));
        using var there = second.NewClient();
        var token = (await person.LoginAsync(there))["accessToken"];

        Assert.Equal(algorithm, JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[0])).RootElement.GetProperty("alg").GetString());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status); // the old one, where it was made
        there.AccessToken = client.AccessToken;
        Assert.Equal(HttpStatusCode.OK, (await there.GetAsync("/account")).Status); // and beside
        client.AccessToken = token;
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status); // the new one at a server of the old choice
        Assert.Equal(published, (await there.GetAsync("/.well-known/jwks.json")).Json.GetProperty("keys").GetArrayLength());
    }

    [Fact]
    [Requirement("R048")]
    public async Task An_encrypted_token_has_five_segments_and_believes_no_signature_of_its_own_key()
    {
        await using var crm = new CrmInstance(cluster) { Configure = builder => builder.Services.ChooseTokens(encrypts: true) };
        await crm.InitializeAsync();
        using var office = await Office.OpenAsync(crm);
        using var client = crm.NewClient();
        client.AccessToken = (await (await office.HireAsync("viewer")).LoginAsync(client))["accessToken"];
        var segments = client.AccessToken!.Split('.');
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status);
        Assert.Equal(5, segments.Length);
        Assert.DoesNotContain("eyJ", string.Join('.', segments[1..]), StringComparison.Ordinal); // no JSON in sight but the header

        using var encryption = JweKey.Import(await KeyAsync(crm, "TokenEncryption"));
        using var other = JweKey.Create();
        Assert.Equal(JoseOutcome.DecryptionRefused, CompactJwe.Decrypt(client.AccessToken, _ => other).Outcome);
        var inner = Encoding.ASCII.GetString(CompactJwe.Decrypt(client.AccessToken, kid => kid == encryption.Kid ? encryption : null).Payload.Span);
        var (header, payload) = (inner.Split('.')[0], inner.Split('.')[1]);
        client.AccessToken = CompactJwe.Encrypt(encryption, inner);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status); // so it is encrypted rightly

        using var misused = Hs256Key.Import(encryption.Export());
        var claims = Base64Url.DecodeFromChars(payload);
        var signer = JsonDocument.Parse(Base64Url.DecodeFromChars(header)).RootElement.GetProperty("kid").GetString()!;
        var byItself = CompactJws.Sign(misused, AccessTokenClaims.Typ, claims);
        foreach (var forged in (string[])
            [
                byItself,
                Renamed(misused, "HS256", signer, payload),
                Renamed(misused, "ES256", signer, payload),
                Renamed(misused, "HS256", encryption.Kid, payload),
                Renamed(misused, "none", signer, payload),
            ])
        {
            client.AccessToken = CompactJwe.Encrypt(encryption, forged);
            Assert.Equal("invalid_token", (await client.GetAsync("/account")).Code);
        }
    }

    private static string Renamed(Hs256Key key, string algorithm, string kid, string payload)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","kid":"{{kid}}","typ":"at+jwt"}"""))}.{payload}";
        return $"{signed}.{Base64Url.EncodeToString(System.Security.Cryptography.HMACSHA256.HashData(key.Export(), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static async Task<byte[]> KeyAsync(CrmInstance crm, string purpose)
    {
        var id = await crm.Behind.ReadAsync<Guid>("SELECT id FROM encryption.keys WHERE purpose = $1 AND active", purpose);
        var wrapped = await crm.Behind.ReadAsync<byte[]>("SELECT wrapped FROM encryption.keys WHERE id = $1", id);
        return await crm.Services.GetRequiredService<IMasterKey>().UnwrapAsync(wrapped, $"{purpose}/{id:N}", TestContext.Current.CancellationToken);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
