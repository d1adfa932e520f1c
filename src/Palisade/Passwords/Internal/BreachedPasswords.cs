using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Palisade.Passwords.Internal;

/// <summary>Asks a range service whether a password is known to have leaked, without telling it which.</summary>
/// <remarks>
/// Five hexadecimal digits of the SHA-1 leave; some hundred suffixes come back, padded with rows of count 0 so that the size of the
/// answer says nothing. It fails open: no answer in a second, or none that makes sense, is no reason to refuse a password.
/// </remarks>
internal sealed partial class BreachedPasswords : IDisposable
{
    private const int PrefixSize = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly HttpClient? http;
    private readonly Counter<long> checks;
    private readonly ILogger<BreachedPasswords> logger;

    public BreachedPasswords(PasswordOptions options, IMeterFactory meters, ILogger<BreachedPasswords> logger)
    {
        this.logger = logger;
        checks = meters.Create("Palisade").CreateCounter<long>(
            "palisade_breached_password_checks_total", description: "Look-ups of breached passwords: listed, clean or unavailable");
        if (options.BreachedPasswords is { } address)
        {
            http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            {
                BaseAddress = address,
                Timeout = Patience,
                MaxResponseContentBufferSize = 1024 * 1024,
                DefaultRequestHeaders = { { "Add-Padding", "true" }, { "User-Agent", "Palisade" } },
            };
        }
    }

    /// <summary>Whether the service lists it. False also when there is none, or it does not answer.</summary>
    public async Task<bool> ListsAsync(string password, CancellationToken cancellationToken)
    {
        if (http is null)
        {
            return false;
        }

        var hash = RangeHash(password);
        bool? listed = null;
        try
        {
            using var answer = await http.GetAsync(new Uri(hash[..PrefixSize], UriKind.Relative), cancellationToken);
            listed = answer.IsSuccessStatusCode ? Holds(await answer.Content.ReadAsStringAsync(cancellationToken), hash[PrefixSize..]) : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            ServiceFailed(exception.GetType().Name);
        }

        checks.Add(1, new KeyValuePair<string, object?>("result", listed switch { true => "listed", false => "clean", null => "unavailable" }));
        return listed is true;
    }

    public void Dispose() => http?.Dispose();

    private static bool Holds(string range, string suffix)
    {
        foreach (var line in range.AsSpan().EnumerateLines())
        {
            var colon = line.IndexOf(':');
            if (colon == suffix.Length && line[..colon].Equals(suffix, StringComparison.OrdinalIgnoreCase))
            {
                return int.TryParse(line[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0;
            }
        }

        return false;
    }

    [SuppressMessage("Security", "CA5350", Justification = "SHA-1 is how the lists of leaked passwords are sorted; nothing is protected by it.")]
    private static string RangeHash(string password) =>
        Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormC))));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Breached passwords could not be looked up ({Failure}); the password was taken without")]
    private partial void ServiceFailed(string failure);
}
