namespace Palisade.Evidence;

/// <summary>A command line that has been understood in full.</summary>
internal sealed record Arguments(string Command, IReadOnlyDictionary<string, string?> Options)
{
    private static readonly Dictionary<string, string[]> OptionsOf = new()
    {
        ["report"] = ["--results", "--register", "--out"],
        ["check"] = ["--results", "--register", "--evidence"],
        ["summary"] = ["--results", "--filtered", "--skips-fail"],
    };

    private static readonly string[] Flags = ["--filtered", "--skips-fail"];

    /// <summary>The arguments, or <see langword="null"/> when a command, an option or a value is unknown or missing.</summary>
    internal static Arguments? Parse(string[] args)
    {
        if (args.Length == 0 || !OptionsOf.TryGetValue(args[0], out var known))
        {
            return null;
        }

        var options = new Dictionary<string, string?>();
        for (var i = 1; i < args.Length; i++)
        {
            var option = args[i];
            var isFlag = Flags.Contains(option);
            if (!known.Contains(option) || (!isFlag && i + 1 == args.Length))
            {
                return null;
            }

            options[option] = isFlag ? null : args[++i];
        }

        return new(args[0], options);
    }

    internal string Option(string name, string otherwise) => Options.GetValueOrDefault(name) ?? otherwise;

    internal bool Has(string flag) => Options.ContainsKey(flag);
}
