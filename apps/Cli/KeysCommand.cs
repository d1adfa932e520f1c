using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Encryption;
using Palisade.Storage;
using Palisade.Tokens;

namespace Palisade.Cli;

/// <summary><c>palisade keys status|rotate|retire KID [--data DIR] [--json]</c>: the keys of access tokens, beside a running installation.</summary>
internal static class KeysCommand
{
    internal static Command Create()
    {
        var kid = new Argument<string>("kid") { Description = "The key's id, as `keys status` shows it." };
        var retire = Verb("retire", "Refuses a key at once, and every token it made: for a key that leaked.", (parsed, keys, cancellationToken) =>
            RetireAsync(keys, parsed.GetValue(kid)!, cancellationToken));
        retire.Arguments.Add(kid);
        return new Command("keys", "The keys of access tokens.")
        {
            Verb("status", "Shows every key and where it is in its life.", (_, _, _) => Task.FromResult(0)),
            Verb("rotate", "Gives the present keys their successors. Nobody is signed out.", (_, keys, cancellationToken) => RotateAsync(keys, cancellationToken)),
            retire,
        };
    }

    private static Command Verb(string name, string description, Func<ParseResult, TokenKeys, CancellationToken, Task<int>> act)
    {
        var data = Installation.DataOption();
        var json = new Option<bool>("--json") { Description = "Print the keys as JSON." };
        var verb = new Command(name, description) { data, json };
        verb.SetAction((parsed, cancellationToken) => Installation.RunAsync(parsed.GetValue(data), async settings =>
        {
            using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.None));
            await using var storage = await ConfiguredStorage.JoinAsync(settings, loggers.CreateLogger("Palisade.Storage"), cancellationToken);
            await using var services = new ServiceCollection()
                .AddLogging().AddMetrics()
                .AddPalisade(settings, storage.Options, PalisadeExtensions.DefaultRoles())
                .BuildServiceProvider();
            await services.GetRequiredService<KeyRing>().LoadAsync(cancellationToken);
            var keys = services.GetRequiredService<TokenKeys>();
            var exit = await act(parsed, keys, cancellationToken);
            Report(keys, parsed.GetValue(json));
            return exit;
        }));
        return verb;
    }

    private static async Task<int> RotateAsync(TokenKeys keys, CancellationToken cancellationToken)
    {
        if (await keys.RotateAsync(cancellationToken))
        {
            return 0;
        }

        Console.Error.WriteLine("Another process has just rotated the keys; nothing was changed.");
        return 1;
    }

    private static async Task<int> RetireAsync(TokenKeys keys, string kid, CancellationToken cancellationToken)
    {
        if (await keys.RetireAsync(kid, cancellationToken))
        {
            return 0;
        }

        Console.Error.WriteLine("There is no such key that is not retired already.");
        return 1;
    }

    private static void Report(TokenKeys keys, bool json)
    {
        if (json)
        {
            var rows = keys.List().Select(key => new
            {
                key.Kid,
                key.Use,
                key.Algorithm,
                state = key.State.ToString().ToLowerInvariant(),
                key.CreatedAt,
                key.SignsFrom,
                key.RetiredAt,
            });
            Console.Out.WriteLine(JsonSerializer.Serialize(new { keys = rows }, Installation.Json));
            return;
        }

        foreach (var key in keys.List())
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{key.Kid,-43} {key.Use} {key.Algorithm,-7} {key.State.ToString().ToLowerInvariant(),-9} from {key.SignsFrom:yyyy-MM-dd HH:mm:ss'Z'}"));
        }
    }
}
