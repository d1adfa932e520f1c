using Microsoft.AspNetCore.Connections;
using Npgsql;
using Palisade;
using Palisade.Access;
using Palisade.Configuration;
using Palisade.Crm;
using Palisade.Encryption;
using Palisade.Mfa;
using Palisade.Redis;
using Palisade.Storage;

var started = System.Diagnostics.Stopwatch.StartNew();
if (CommandLine.Apply(args) is { } usage)
{
    Console.Error.WriteLine(usage);
    return 2;
}

var read = ProcessSettings.Load(Environment.CurrentDirectory);
if (!read.WriteTo(Console.Error))
{
    return 1;
}

var settings = read.Settings!;
try
{
    using var folder = DataFolder.Take(settings.DataFolder);
    using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
    await using var storage = await ConfiguredStorage.StartAsync(settings, loggers.CreateLogger("Palisade.Storage"), CancellationToken.None);
    await using var app = CrmApp.Build(settings, storage.Options);
    var setupToken = await app.Services.PreparePalisadeAsync(
        CrmApp.Migrations, migrate: settings.Environment == DeploymentEnvironment.Development, CancellationToken.None);
    await app.StartAsync();

    var address = settings.PublicUrl.GetLeftPart(UriPartial.Authority);
    // In one write: who waits for the first line has the second.
    Console.WriteLine(setupToken is null
        ? $"Palisade is ready on {address}"
        : $"Palisade is ready on {address}{Environment.NewLine}First administrator: {address}/setup#{setupToken}");

    app.Logger.LogInformation("Ready after {Elapsed} ms", started.ElapsedMilliseconds);
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception) when (exception is ClusterException or SchemaException or MasterKeyException or UndeclaredAccessException or UnsafeRedisException or TrustAnchorsException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
catch (NpgsqlException exception)
{
    Console.Error.WriteLine($"PostgreSQL cannot be used: {exception.Message}");
    return 1;
}
catch (IOException exception) when (exception.InnerException is AddressInUseException)
{
    Console.Error.WriteLine($"Port {settings.Port} is taken. Stop what uses it, or choose another --port.");
    return 1;
}
