using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crypto.Totp;

namespace Palisade.Crm.Tests.Mfa;

public sealed class EnrollmentTests(CrmOffice office) : IClassFixture<CrmOffice>
{
    [Fact]
    [Requirement("R029")]
    public async Task Who_need_not_may_and_is_asked_from_then_on()
    {
        var person = await office.Office.HireAsync("viewer");
        using var client = office.Crm.NewClient();
        Assert.Equal("signed_in", (await person.LoginAsync(client))["status"]);

        await SignInAsync(client, person);
        await EnrollAsync(client);

        for (var time = 0; time < 3; time++)
        {
            Assert.Equal("mfa_required", (await person.LoginAsync(client))["status"]);
        }
    }

    [Fact]
    [Requirement("R030")]
    public async Task An_enrolment_counts_from_its_first_right_code_and_shows_its_secrets_once()
    {
        var person = await office.Office.HireAsync("viewer");
        using var client = office.Crm.NewClient();
        await SignInAsync(client, person);

        var enrollment = await client.PostAsync("/auth/mfa/totp/enroll", new { });
        Assert.True(TotpSeed.TryFromBase32(enrollment["secret"], out var seed) && seed.Bytes.Length >= 20);
        Assert.StartsWith($"otpauth://totp/Palisade:{Uri.EscapeDataString(person.Email)}?secret={enrollment["secret"]}&issuer=Palisade&", enrollment["otpauthUri"], StringComparison.Ordinal);
        Assert.StartsWith("data:image/png;base64,iVBORw0KGgo", enrollment["qrCode"], StringComparison.Ordinal);
        Assert.StartsWith("<svg", enrollment["qrCodeSvg"], StringComparison.Ordinal);
        Assert.DoesNotContain("backupCodes", enrollment.Text, StringComparison.Ordinal);
        Assert.Equal("signed_in", (await person.LoginAsync(client))["status"]);

        client.Seed = seed;
        var wrong = Totp.Code(seed, Totp.StepAt(office.Crm.Clock.GetUtcNow()) - 20);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync("/auth/mfa/totp/confirm", new { code = wrong })).Status);
        Assert.Equal("signed_in", (await person.LoginAsync(client))["status"]);
        var confirmed = await client.PostAsync("/auth/mfa/totp/confirm", new { code = client.NextCode() });
        Assert.Equal(10, CodesOf(confirmed).Count);
        Assert.Equal("mfa_required", (await person.LoginAsync(client))["status"]);

        await SignInAsync(client, person);
        foreach (var again in new[] { await client.GetAsync("/account"), await client.GetAsync("/account/security"), await client.PostAsync("/auth/mfa/totp/confirm", new { code = client.NextCode() }) })
        {
            Assert.DoesNotContain(enrollment["secret"], again.Text, StringComparison.OrdinalIgnoreCase);
            Assert.All(CodesOf(confirmed), code => Assert.DoesNotContain(code, again.Text, StringComparison.Ordinal));
        }
    }

    [Fact]
    [Requirement("R031")]
    public async Task The_old_authenticator_goes_on_until_the_new_one_is_confirmed_by_who_has_just_shown_the_old()
    {
        var person = await office.Office.HireAsync("viewer");
        using var client = office.Crm.NewClient();
        await SignInAsync(client, person);
        await EnrollAsync(client);
        var old = client.Seed!;
        await SignInAsync(client, person);
        office.Crm.Clock.Advance(TimeSpan.FromMinutes(11));

        // Somebody found the session, and nothing else.
        Assert.Equal("step_up_required", (await client.PostAsync("/auth/mfa/totp/enroll", new { })).Code);
        Assert.Equal("step_up_required", (await client.PostAsync("/auth/mfa/totp/confirm", new { code = "123456" })).Code);
        Assert.Equal("step_up_required", (await client.SendAsync(HttpMethod.Delete, "/auth/mfa/totp")).Code);

        await StepUpAsync(client);
        var enrollment = await client.PostAsync("/auth/mfa/totp/enroll", new { });
        Assert.True(TotpSeed.TryFromBase32(enrollment["secret"], out var next));
        Assert.Equal(HttpStatusCode.OK, (await VerifyAsync(person, old)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await VerifyAsync(person, next)).Status);

        office.Crm.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("step_up_required", (await client.PostAsync("/auth/mfa/totp/confirm", new { code = Code(next) })).Code);
        await StepUpAsync(client);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/auth/mfa/totp/confirm", new { code = Code(next) })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await VerifyAsync(person, old)).Status);
        Assert.Equal(HttpStatusCode.OK, (await VerifyAsync(person, next)).Status);
    }

    [Fact]
    [Requirement("R032", "R033")]
    public async Task A_seed_is_kept_sealed_and_opens_in_its_own_row_alone()
    {
        var (ann, ben) = (await office.Office.HireAsync("manager"), await office.Office.HireAsync("manager"));
        Assert.Equal(1, (await SealedAsync(ann))[0]); // the version of the envelope
        var tables = await office.Crm.Behind.WholeTextAsync();
        foreach (var seed in new[] { ann.Seed!, ben.Seed! })
        {
            Assert.DoesNotContain(seed.ToBase32(), tables, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Convert.ToHexString(seed.Bytes), tables, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(HttpStatusCode.OK, (await VerifyAsync(ann, ann.Seed!)).Status);
        await office.Crm.Behind.ChangeAsync("UPDATE mfa.totp_factors SET sealed_seed = $1 WHERE user_id = $2", await SealedAsync(ann), ben.Id);
        Assert.NotEqual(HttpStatusCode.OK, (await VerifyAsync(ben, ann.Seed!)).Status);
    }

    [Fact]
    public async Task A_change_of_the_hash_leaves_those_who_enrolled_before_alone()
    {
        await using var sha256 = new CrmInstance(office.Crm.Cluster)
        {
            Beside = office.Crm,
            Configure = builder => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(
                builder.Services, new Palisade.Mfa.MfaOptions { TotpAlgorithm = "SHA256" }),
        };
        await sha256.InitializeAsync();
        var (ann, ben) = (await office.Office.HireAsync("viewer"), await office.Office.HireAsync("manager"));
        using var client = sha256.NewClient();
        await SignInAsync(client, ann);
        var enrollment = await client.PostAsync("/auth/mfa/totp/enroll", new { });
        Assert.Contains("&algorithm=SHA256&", enrollment["otpauthUri"], StringComparison.Ordinal);
        Assert.True(TotpSeed.TryFromBase32(enrollment["secret"], out var seed) && seed.Bytes.Length == 32);
        string Next()
        {
            office.Crm.Clock.Advance(TimeSpan.FromSeconds(Totp.StepSeconds));
            return Totp.Code(seed!, Totp.StepAt(office.Crm.Clock.GetUtcNow()), Totp.Digits, System.Security.Cryptography.HashAlgorithmName.SHA256);
        }

        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/auth/mfa/totp/confirm", new { code = Next() })).Status);
        using var elsewhere = office.Crm.NewClient(); // a server that makes SHA-1 factors
        var challenge = await ann.ChallengeAsync(elsewhere);
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code = Next() })).Status);
        challenge = await ben.ChallengeAsync(client);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code = ben.Code() })).Status);
    }

    private static List<string> CodesOf(Answer answer) => [.. answer.Json.GetProperty("backupCodes").EnumerateArray().Select(code => code.GetString()!)];

    private static async Task SignInAsync(ApiClient client, Person person)
    {
        client.AccessToken = null;
        client.CsrfToken = null;
        await client.SignInAsync(person.Email, "native");
    }

    private static async Task EnrollAsync(ApiClient client)
    {
        var enrollment = await client.PostAsync("/auth/mfa/totp/enroll", new { });
        client.Seed = TotpSeed.TryFromBase32(enrollment["secret"], out var seed) ? seed : throw new InvalidOperationException(enrollment.Text);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/auth/mfa/totp/confirm", new { code = client.NextCode() })).Status);
    }

    private static async Task StepUpAsync(ApiClient client)
    {
        var answer = await client.PostAsync("/auth/step-up", new { method = "totp", code = client.NextCode() });
        Assert.Equal("signed_in", answer["status"]);
        client.AccessToken = answer["accessToken"];
    }

    private string Code(TotpSeed seed)
    {
        office.Crm.Clock.Advance(TimeSpan.FromSeconds(Totp.StepSeconds));
        return Totp.Code(seed, Totp.StepAt(office.Crm.Clock.GetUtcNow()));
    }

    private async Task<Answer> VerifyAsync(Person person, TotpSeed seed)
    {
        using var client = office.Crm.NewClient();
        var challenge = await person.ChallengeAsync(client);
        return await client.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code = Code(seed) });
    }

    private Task<byte[]> SealedAsync(Person person) =>
        office.Crm.Behind.ReadAsync<byte[]>("SELECT sealed_seed FROM mfa.totp_factors WHERE user_id = $1", person.Id);
}
