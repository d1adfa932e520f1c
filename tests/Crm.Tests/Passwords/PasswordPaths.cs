using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Passwords;

/// <summary>Every way to set a password, over HTTP, in an order in which each can succeed once.</summary>
internal sealed class PasswordPaths : IDisposable
{
    /// <summary>Of the account that is invited, changed and reset.</summary>
    private const string Email = "vera.vine@example.com";

    private readonly CrmInstance crm;
    private readonly ApiClient admin;
    private readonly ApiClient anyone;
    private readonly string good;
    private readonly string next;
    private string? invitation;
    private string? reset;
    private string? access;

    /// <param name="crm">An instance that nobody set up yet.</param>
    /// <param name="good">The password that each way is left with.</param>
    /// <param name="next">The one that a change moves on to.</param>
    internal PasswordPaths(CrmInstance crm, string good, string next)
    {
        (this.crm, this.good, this.next) = (crm, good, next);
        (admin, anyone) = (crm.NewClient(), crm.NewClient());
        All = [("setup", SetUpAsync), ("register", RegisterAsync), ("accept-invitation", AcceptAsync), ("change", ChangeAsync), ("reset", ResetAsync)];
    }

    internal IReadOnlyList<(string Name, Func<string, Task<Answer>> Set)> All { get; }

    internal static bool IsSet(Answer answer) => answer.Status is HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.NoContent;

    internal static IEnumerable<string?> Codes(Answer answer) => answer.Code == "validation_failed"
        ? answer.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString())
        : [];

    internal Task<Answer> RegisterAsync(string password) =>
        anyone.PostAsync("/auth/register", new { email = "rita@example.com", password, name = "Rita Register", company = "Rita's" });

    public void Dispose()
    {
        admin.Dispose();
        anyone.Dispose();
    }

    private async Task<Answer> SetUpAsync(string password)
    {
        var answer = await anyone.PostAsync("/setup", new { token = crm.SetupToken, email = "ada@example.com", password, name = "Ada Admin", company = "Acme Estates" });
        if (answer.Status == HttpStatusCode.OK)
        {
            admin.AccessToken = (await admin.EnrollAsync(answer["challenge"]))["accessToken"];
        }

        return answer;
    }

    private async Task<Answer> AcceptAsync(string password)
    {
        invitation ??= (await admin.PostAsync("/api/admin/users", new { email = Email, name = "Vera Vine", role = "viewer" }))["invitation"];
        return await anyone.PostAsync("/auth/accept-invitation", new { token = invitation, password });
    }

    private async Task<Answer> ChangeAsync(string password)
    {
        anyone.AccessToken = access ??= (await anyone.LoginAsync(Email, good, "native"))["accessToken"];
        var answer = await anyone.PostAsync("/auth/password/change", new { currentPassword = good, newPassword = password == good ? next : password });
        anyone.AccessToken = null;
        return answer;
    }

    private async Task<Answer> ResetAsync(string password)
    {
        reset ??= await crm.MailedTokenAsync(Email);
        return await crm.ResetAsync(reset, password);
    }
}
