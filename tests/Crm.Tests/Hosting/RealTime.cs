using System.Net;
using Palisade.Crypto.Totp;

namespace Palisade.Crm.Tests.Hosting;

/// <summary>What an administrator does to a program whose clock no test moves.</summary>
internal static class RealTime
{
    /// <summary>Creates the first administrator with the program's setup token, and signs in as them, TOTP enrolled.</summary>
    internal static async Task SetUpNowAsync(this ApiClient admin, string dataFolder)
    {
        var token = (await File.ReadAllTextAsync(Path.Combine(dataFolder, "setup-token"))).Trim();
        var challenge = (await admin.PostAsync(
            "/setup", new { token, email = "ada@example.com", password = ApiClient.Password, name = "Ada Admin", company = "Acme" }))["challenge"];
        admin.AccessToken = (await admin.EnrollNowAsync(challenge))["accessToken"];
    }

    /// <summary>Enrols TOTP for a challenge with the code of this moment; answers the confirmation.</summary>
    internal static async Task<Answer> EnrollNowAsync(this ApiClient client, string challenge)
    {
        var enrollment = await client.PostAsync("/auth/mfa/totp/enroll", new { challenge });
        Assert.True(TotpSeed.TryFromBase32(enrollment["secret"], out var seed));
        return await client.PostAsync("/auth/mfa/totp/confirm", new { challenge, code = Totp.Code(seed, Totp.StepAt(TimeProvider.System.GetUtcNow())) });
    }

    /// <summary>Invites somebody, who chooses a password; answers their id.</summary>
    internal static async Task<Guid> HireAsync(this ApiClient admin, string email, string role)
    {
        var invited = await admin.PostAsync("/api/admin/users", new { email, name = "Invited Person", role });
        var accepted = await admin.PostAsync("/auth/accept-invitation", new { token = invited["invitation"], password = ApiClient.Password });
        Assert.Equal(HttpStatusCode.NoContent, accepted.Status);
        return Guid.Parse(invited["id"]);
    }
}
