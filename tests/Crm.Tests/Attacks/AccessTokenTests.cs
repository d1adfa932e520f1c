using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crypto.Jose;
using Palisade.Encryption;

namespace Palisade.Crm.Tests.Attacks;

public sealed class AccessTokenTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;

    [Fact]
    [Requirement("R044")]
    public async Task An_access_token_lives_fifteen_minutes_and_the_skew_is_at_most_thirty_seconds()
    {
        using var client = crm.NewClient();
        client.AccessToken = (await (await place.Office.HireAsync("viewer")).LoginAsync(client))["accessToken"];
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(client.AccessToken!.Split('.')[1])).RootElement;
        Assert.Equal(900, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());

        crm.Clock.Advance(TimeSpan.FromMinutes(14.5));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status);
        crm.Clock.Advance(TimeSpan.FromSeconds(60));
        var refused = await client.GetAsync("/account");
        Assert.Equal((HttpStatusCode.Unauthorized, "token_expired"), (refused.Status, refused.Code));
    }

    [Fact]
    [Requirement("R045")]
    public async Task A_token_names_nobody_and_a_changed_role_counts_at_the_next_request()
    {
        var person = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();
        client.AccessToken = (await person.LoginAsync(client))["accessToken"];
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/customers")).Status);

        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(client.AccessToken!.Split('.')[1])).RootElement;
        Assert.Equal(["aud", "exp", "iat", "iss", "jti", "sid", "sub", "ver"], claims.EnumerateObject().Select(claim => claim.Name).Order());
        Assert.DoesNotContain("@", claims.GetRawText(), StringComparison.Ordinal);

        await crm.Behind.ChangeAsync("UPDATE accounts.users SET role = 'tenant' WHERE id = $1", person.Id);
        await crm.FollowAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/api/customers")).Status);
    }

    [Fact]
    [Requirement("R046")]
    public async Task A_token_signed_with_the_right_key_but_wrong_otherwise_is_refused()
    {
        using var client = crm.NewClient();
        var honest = (await (await place.Office.HireAsync("viewer")).LoginAsync(client))["accessToken"];
        var payload = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(honest.Split('.')[1]));
        using var key = Es256SigningKey.Import(await SigningKeyAsync());
        string Signed(string changed) => CompactJws.Sign(key, AccessTokenClaims.Typ, Encoding.UTF8.GetBytes(changed));

        Assert.Equal(HttpStatusCode.OK, (await WithTokenAsync(Signed(payload))).Status); // so it is the right key
        var exp = payload[payload.IndexOf(",\"exp\"", StringComparison.Ordinal)..^1];
        foreach (var changed in (string[])
            [
                payload.Replace("palisade-api", "another-api", StringComparison.Ordinal),
                payload.Replace("palisade-client", "another-client", StringComparison.Ordinal),
                payload.Replace(exp, "", StringComparison.Ordinal),
            ])
        {
            Assert.NotEqual(payload, changed);
            Assert.Equal("invalid_token", (await WithTokenAsync(Signed(changed))).Code);
        }
    }

    [Fact]
    [Requirement("R046")]
    public async Task A_token_of_another_algorithm_than_ours_is_refused()
    {
        using var client = crm.NewClient();
        var honest = (await (await place.Office.HireAsync("viewer")).LoginAsync(client))["accessToken"];
        var pkcs8 = await SigningKeyAsync();
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        var (header, body) = (Encoding.UTF8.GetString(Base64Url.DecodeFromChars(honest.Split('.')[0])), honest.Split('.')[1]);
        string Under(string algorithm, Func<byte[], byte[]> sign)
        {
            var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.Replace("ES256", algorithm, StringComparison.Ordinal)))}.{body}";
            return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
        }

        Assert.Equal(HttpStatusCode.OK, (await WithTokenAsync(Under("ES256", data => key.SignData(data, HashAlgorithmName.SHA256)))).Status);
        foreach (var forged in (string[])
            [
                Under("none", _ => []),
                Under("none", data => key.SignData(data, HashAlgorithmName.SHA256)),
                Under("ES384", data => key.SignData(data, HashAlgorithmName.SHA384)),
                Under("ES384", data => key.SignData(data, HashAlgorithmName.SHA256)),
                Under("HS256", data => HMACSHA256.HashData(key.ExportSubjectPublicKeyInfo(), data)),
                Under("HS256", data => HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()), data)),
            ])
        {
            Assert.Equal("invalid_token", (await WithTokenAsync(forged)).Code);
        }
    }

    [Fact]
    [Requirement("R049")]
    public async Task Each_way_not_to_be_signed_in_has_its_own_code()
    {
        var person = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();
        var (expired, bare) = ((await person.LoginAsync(client))["accessToken"], crm.NewClient());
        crm.Clock.Advance(TimeSpan.FromMinutes(16));
        var revoked = (await person.LoginAsync(client))["accessToken"];
        await crm.Behind.ChangeAsync("UPDATE sessions.sessions SET revoked_at = now() WHERE user_id = $1", person.Id);
        var good = (await person.LoginAsync(client))["accessToken"];

        using (bare)
        {
            Answer[] refusals =
            [
                await bare.GetAsync("/account"),
                await WithTokenAsync(expired),
                await WithTokenAsync(revoked),
                await bare.SendAsync(HttpMethod.Get, "/account", null, ("Cookie", "__Host-session=nothing")),
                await WithTokenAsync(good + "A"),
                await WithTokenAsync("nonsense"),
                await bare.SendAsync(HttpMethod.Get, "/account", null, ("Authorization", "Basic dXNlcjpwYXNz")),
                await bare.GetAsync($"/account?access_token={good}&token={good}"),
            ];

            Assert.Equal(
                [
                    "unauthenticated", "token_expired", "token_revoked", "session_expired",
                    "invalid_token", "invalid_token", "invalid_token", "unauthenticated",
                ],
                refusals.Select(refusal => refusal.Code));
            Assert.All(refusals, refusal => Assert.Equal((HttpStatusCode.Unauthorized, 1), (refusal.Status, refusal.Headers.WwwAuthenticate.Count)));
            Assert.Equal(HttpStatusCode.OK, (await WithTokenAsync(good)).Status);
        }
    }

    [Fact]
    [Requirement("R053")]
    public async Task Access_and_refresh_tokens_cannot_stand_in_for_each_other()
    {
        using var client = crm.NewClient();
        var signedIn = await (await place.Office.HireAsync("viewer")).LoginAsync(client);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync("/auth/refresh", new { refreshToken = signedIn["accessToken"] })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await WithTokenAsync(signedIn["refreshToken"])).Status);
    }

    private async Task<Answer> WithTokenAsync(string token)
    {
        using var client = crm.NewClient();
        client.AccessToken = token;
        return await client.GetAsync("/account");
    }

    /// <summary>The key the server signs with, as somebody with its master key would get at it.</summary>
    private async Task<byte[]> SigningKeyAsync()
    {
        var id = await crm.Behind.ReadAsync<Guid>("SELECT id FROM encryption.keys WHERE purpose = 'AccessTokens' AND active");
        var wrapped = await crm.Behind.ReadAsync<byte[]>("SELECT wrapped FROM encryption.keys WHERE id = $1", id);
        var master = crm.Services.GetRequiredService<IMasterKey>();
        return await master.UnwrapAsync(wrapped, $"AccessTokens/{id:N}", TestContext.Current.CancellationToken);
    }
}
