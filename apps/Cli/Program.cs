using System.CommandLine;
using Palisade.Cli;

// Exit status: 0 done, 1 refused or failed, 2 usage.
var root = new RootCommand("Administers a Palisade installation.")
{
    SecretsCommand.Create(),
    SettingsCommand.Create(),
    DoctorCommand.Create(),
    MigrateCommand.Create(),
    KeysCommand.Create(),
    UsersCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count == 0)
{
    return await parsed.InvokeAsync();
}

foreach (var error in parsed.Errors)
{
    Console.Error.WriteLine(error.Message);
}

return 2;
