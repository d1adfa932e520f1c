using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

public sealed class StoredSecretsTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly KeptLines lines = new();
    private CrmInstance crm = null!;
    private Office office = null!;

    public async ValueTask InitializeAsync()
    {
        crm = new CrmInstance(cluster)
        {
            Configure = builder => builder.Logging.SetMinimumLevel(LogLevel.Trace).Services.AddSingleton<ILoggerProvider>(lines),
        };
        await crm.InitializeAsync();
        office = await Office.OpenAsync(crm);
    }

    public async ValueTask DisposeAsync()
    {
        office.Dispose();
        await crm.DisposeAsync();
    }

    [Fact]
    [Requirement("R063")]
    public async Task Neither_tables_nor_logs_hold_anything_that_opens_a_session()
    {
        var person = await office.HireAsync("manager");
        using var browser = crm.NewClient();
        crm.Clock.Advance(TimeSpan.FromSeconds(30));
        var challenge = (await browser.LoginAsync(person.Email))["challenge"];
        var signedIn = await browser.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code = person.Code() });
        var cookies = browser.Cookies.GetAllCookies().Select(cookie => cookie.Value).ToList();
        await browser.GetAsync("/account");
        await browser.GetAsync("/api/customers"); // of another role: refused, and audited
        browser.CsrfToken = signedIn["csrfToken"];
        await browser.PostAsync("/auth/refresh", new { });
        cookies.AddRange(browser.Cookies.GetAllCookies().Select(cookie => cookie.Value));
        await browser.PostAsync("/auth/logout", new { });

        var kept = await crm.Behind.WholeTextAsync() + lines.Text;

        Assert.NotEmpty(lines.Text);
        Assert.All(
            Spellings([.. cookies, challenge, signedIn["accessToken"]]),
            secret => Assert.DoesNotContain(secret, kept, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    [Requirement("R054")]
    public async Task Two_sign_ins_in_one_instant_get_different_tokens_kept_as_hashes()
    {
        var person = await office.HireAsync("viewer");
        using var client = crm.NewClient();
        using var still = crm.Clock.Hold();

        var tokens = new[] { (await person.LoginAsync(client))["refreshToken"], (await person.LoginAsync(client))["refreshToken"] };

        Assert.NotEqual(tokens[0], tokens[1]);
        var tables = await crm.Behind.WholeTextAsync();
        Assert.All(Spellings(tokens), token => Assert.DoesNotContain(token, tables, StringComparison.OrdinalIgnoreCase));
        Assert.All(tokens, token => Assert.Contains(Hex(SHA256.HashData(Encoding.ASCII.GetBytes(token))), tables, StringComparison.Ordinal));
    }

    /// <summary>As text, and as the bytes of that text and of what it encodes.</summary>
    private static IEnumerable<string> Spellings(IEnumerable<string> secrets) => secrets.SelectMany(secret => (string[])
    [
        secret,
        Hex(Encoding.ASCII.GetBytes(secret)),
        .. secret.Contains('.', StringComparison.Ordinal) ? (string[])[] : [Hex(System.Buffers.Text.Base64Url.DecodeFromChars(secret))],
    ]);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    internal sealed class KeptLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> kept = new();

        internal string Text => string.Join('\n', kept);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            kept.Enqueue(Whole(state));
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            kept.Enqueue($"{formatter(state, exception)} {Whole(state)} {exception}");

        public void Dispose()
        {
        }

        private static string Whole<TState>(TState state) => state is IEnumerable<KeyValuePair<string, object?>> members
            ? string.Join(' ', members.Select(member => $"{member.Key}={member.Value}"))
            : $"{state}";
    }
}
