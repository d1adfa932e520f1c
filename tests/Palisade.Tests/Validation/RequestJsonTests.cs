using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Palisade.Validation;

namespace Palisade.Tests.Validation;

public sealed class RequestJsonTests
{
    public enum Colour
    {
        DarkRed,
    }

    public sealed record Loose(string? Email, int? Units, Colour? Colour, Loose? Inner, int[]? Numbers);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    public sealed record Strict(string? Email);

    private static readonly JsonSerializerOptions Options = Hardened();

    [Theory]
    [Requirement("R194", "R200", "R202")]
    [InlineData("""{"units":"10"}""")]
    [InlineData("""{"units":1.5}""")]
    [InlineData("""{"units":NaN}""")]
    [InlineData("""{"units":99999999999}""")]
    [InlineData("""{"email":{"$gt":""}}""")]
    [InlineData("""{"email":["a","b"]}""")]
    [InlineData("""{"email":1}""")]
    [InlineData("""{"email":"a\u0000b"}""")]
    [InlineData("""{"email":"a","email":"b"}""")]
    [InlineData("""{"colour":0}""")]
    [InlineData("""{"colour":"0"}""")]
    [InlineData("""{"colour":"blue"}""")]
    [InlineData("""{"units":1,}""")]
    [InlineData("""{"units":1/* */}""")]
    [InlineData("""{"units":1} {}""")]
    public void What_is_not_of_its_type_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Loose>(json, Options));

    [Fact]
    public void What_is_of_its_type_is_read_and_unknown_members_are_ignored()
    {
        var read = JsonSerializer.Deserialize<Loose>("""{"email":"a","units":10,"colour":"dark_red","role":"admin","__proto__":{}}""", Options);
        Assert.Equal(new Loose("a", 10, Colour.DarkRed, null, null), read);
    }

    [Fact]
    public void Unknown_members_are_refused_where_the_type_says_so() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Strict>("""{"email":"a","role":"admin"}""", Options));

    [Fact]
    [Requirement("R202")]
    public void A_thousand_levels_are_refused_at_the_seventeenth()
    {
        static string Nested(int depth) => string.Concat(Enumerable.Repeat("""{"inner":""", depth - 1)) + "{}" + new string('}', depth - 1);
        Assert.NotNull(JsonSerializer.Deserialize<Loose>(Nested(RequestJson.MaximumDepth), Options));
        var watch = CpuWatch.StartNew();

        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Loose>(Nested(RequestJson.MaximumDepth + 1), Options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Loose>(Nested(1_000), Options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Loose>(Encoding.UTF8.GetBytes("""{"other":""" + new string('[', 100_000)), Options));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 100);
    }

    private static JsonSerializerOptions Hardened()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        RequestJson.Harden(options);
        return options;
    }
}
