using System.Reflection;

namespace Palisade.Docs.Tests;

public sealed class PublicApiTests
{
    private const string Rewrite = "REWRITE_PUBLIC_API";

    [Theory]
    [InlineData("Palisade")]
    [InlineData("Palisade.Crypto")]
    public void The_public_surface_is_the_one_on_record(string assembly)
    {
        var file = Path.Combine(Repository.Root, "tests", "golden", $"public-api-{assembly}.txt");
        var now = PublicApi.Of(Assembly.Load(assembly));
        if (Environment.GetEnvironmentVariable(Rewrite) is not null)
        {
            File.WriteAllText(file, now);
        }

        var (recorded, current) = (File.ReadAllLines(file), now.TrimEnd('\n').Split('\n'));
        Assert.True(
            recorded.SequenceEqual(current),
            $"""
            The public surface of {assembly} changed. Others build on it: if that is meant, run this test once with {Rewrite}=1, and say in CHANGELOG.md what they must do.
            Gone: {string.Join("; ", recorded.Except(current))}
            New: {string.Join("; ", current.Except(recorded))}
            """);
    }

    [Fact]
    public void Members_constants_and_initialisers_show_and_what_is_not_public_does_not() => Assert.Equal(
        """
        enum Palisade.Docs.Tests.PublicApiTests.Colour
        Palisade.Docs.Tests.PublicApiTests.Colour: const Palisade.Docs.Tests.PublicApiTests.Colour Red = 0
        sealed class Palisade.Docs.Tests.PublicApiTests.Planted
        Palisade.Docs.Tests.PublicApiTests.Planted: System.Int32? Size { get; init; }
        Palisade.Docs.Tests.PublicApiTests.Planted: const System.Int32 Most = 7
        Palisade.Docs.Tests.PublicApiTests.Planted: new(System.String name)
        Palisade.Docs.Tests.PublicApiTests.Planted: static T[] List<T>(T first, System.Int32 count = 3)
        struct Palisade.Docs.Tests.PublicApiTests.Point
        Palisade.Docs.Tests.PublicApiTests.Point: System.Int32 X { get; init; }
        Palisade.Docs.Tests.PublicApiTests.Point: new(System.Int32 X)

        """,
        PublicApi.Of([typeof(Planted), typeof(Colour), typeof(Point)]));

    public enum Colour
    {
        Red,
    }

    public readonly record struct Point(int X);

    public sealed class Planted(string name)
    {
        public const int Most = 7;

        public int? Size { get; init; } = name.Length;

        internal int Hidden { get; } = 1;

        public static T[] List<T>(T first, int count = 3) => [.. Enumerable.Repeat(first, count)];
    }
}
