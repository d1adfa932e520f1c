namespace Palisade.Configuration.Internal;

/// <summary>What is wrong so far. Every line begins with a variable's name; none contains a value.</summary>
internal sealed class Findings
{
    private readonly List<string> mistakes = [];
    private readonly List<string> warnings = [];

    internal IReadOnlyList<string> Mistakes => mistakes;

    internal IReadOnlyList<string> Warnings => warnings;

    internal void Mistake(string name, string whatToDo) => mistakes.Add($"{name}: {whatToDo}");

    internal void Warning(string name, string whatHappens) => warnings.Add($"{name}: {whatHappens}");
}
