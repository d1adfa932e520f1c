using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Passwords;

/// <summary>Somebody at the form for forgotten passwords, who waits until their request was worked off.</summary>
internal static class Forgetful
{
    /// <summary>Asks for a link; the answer comes at once, and this one's work is done when it is handed back.</summary>
    internal static async Task<Answer> ForgetAsync(this CrmInstance crm, string email)
    {
        using var client = crm.NewClient();
        var answer = await client.PostAsync("/auth/password/forgot", new { email });
        await crm.SettleAsync();
        return answer;
    }

    /// <summary>The token of the newest link that was mailed to this address.</summary>
    internal static async Task<string> MailedTokenAsync(this CrmInstance crm, string email)
    {
        await crm.ForgetAsync(email);
        return (await new MailBox(crm).LatestAsync(email, "password_reset")).Token;
    }

    internal static async Task<Answer> ResetAsync(this CrmInstance crm, string token, string password)
    {
        using var client = crm.NewClient();
        return await client.PostAsync("/auth/password/reset", new { token, password });
    }
}
