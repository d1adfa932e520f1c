using System.Globalization;
using System.Net;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crypto.Totp;

namespace Palisade.Crm.Tests.Attacks;

/// <summary>An installation with its administrator, who takes on a new person for every test that needs one.</summary>
internal sealed class Office : IDisposable
{
    private const string AdminEmail = "ada@example.com";

    private readonly CrmInstance instance;
    private DateTimeOffset provedAt;
    private int people;

    private Office(CrmInstance instance, ApiClient admin)
    {
        this.instance = instance;
        Admin = admin;
        provedAt = instance.Clock.GetUtcNow();
    }

    /// <summary>The administrator, signed in; <see cref="RenewAsync"/> after time has moved.</summary>
    internal ApiClient Admin { get; }

    /// <summary>Sets the installation up.</summary>
    internal static async Task<Office> OpenAsync(CrmInstance instance)
    {
        var admin = instance.NewClient();
        await admin.SetUpAsync(AdminEmail);
        return new Office(instance, admin);
    }

    /// <summary>Signs the administrator in again when their proof is too old for what administrators do.</summary>
    internal async Task RenewAsync()
    {
        if (instance.Clock.GetUtcNow() - provedAt > TimeSpan.FromMinutes(8) || (await Admin.GetAsync("/account")).Status != HttpStatusCode.OK)
        {
            await Admin.SignInAsync(AdminEmail);
            provedAt = instance.Clock.GetUtcNow();
        }
    }

    /// <summary>Somebody with this role, who has chosen a password and enrolled where the role must; not signed in.</summary>
    internal async Task<Person> HireAsync(string role)
    {
        await RenewAsync();
        var email = string.Create(CultureInfo.InvariantCulture, $"{role}{Interlocked.Increment(ref people)}@example.com");
        var invited = await Admin.PostAsync("/api/admin/users", new { email, name = "Invited Person", role });
        using var client = instance.NewClient();
        await client.PostAsync("/auth/accept-invitation", new { token = invited["invitation"], password = ApiClient.Password });
        var person = new Person(instance, Guid.Parse(invited["id"]), email);
        var login = await client.LoginAsync(email, client: "native");
        if (login["status"] == "mfa_enrollment_required")
        {
            var enrolled = await client.EnrollAsync(login["challenge"]);
            person.Seed = client.Seed;
            person.BackupCodes = [.. enrolled.Json.GetProperty("backupCodes").EnumerateArray().Select(code => code.GetString()!)];
        }

        return person;
    }

    public void Dispose() => Admin.Dispose();
}

/// <summary>An account and what its holder knows.</summary>
internal sealed class Person(CrmInstance instance, Guid id, string email)
{
    internal Guid Id => id;

    internal string Email => email;

    /// <summary>In the authenticator app, where the role must have one.</summary>
    internal TotpSeed? Seed { get; set; }

    /// <summary>The codes of the enrolment.</summary>
    internal IReadOnlyList<string> BackupCodes { get; set; } = [];

    /// <summary>The code the authenticator shows this many steps from now.</summary>
    internal string Code(int stepsAhead = 0) => Totp.Code(Seed!, Totp.StepAt(instance.Clock.GetUtcNow()) + stepsAhead);

    /// <summary>A code of the right form that no step near the present has.</summary>
    internal string WrongCode(int number)
    {
        var near = Enumerable.Range(-3, 7).Select(Code).ToHashSet();
        var candidates = Enumerable.Range(0, 10).Select(shift => (number * 10 + shift).ToString("D6", CultureInfo.InvariantCulture));
        return candidates.First(candidate => !near.Contains(candidate));
    }

    /// <summary>The right password, on any server; for who has a second factor the answer is a challenge.</summary>
    internal Task<Answer> LoginAsync(ApiClient client) => client.LoginAsync(email, client: "native");

    /// <summary>A challenge that waits for a code.</summary>
    internal async Task<string> ChallengeAsync(ApiClient client) => (await LoginAsync(client))["challenge"];

    /// <summary>Many challenges at once.</summary>
    internal async Task<IReadOnlyList<string>> ChallengesAsync(int count)
    {
        using var client = instance.NewClient();
        var challenges = new string[count];
        await Parallel.ForAsync(
            0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (index, _) => challenges[index] = await ChallengeAsync(client));
        return challenges;
    }
}
