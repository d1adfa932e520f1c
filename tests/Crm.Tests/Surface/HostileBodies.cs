using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Palisade.Crm.Tests.Surface;

/// <summary>A body that no endpoint may take.</summary>
internal sealed record HostileBody(string Name, byte[] Bytes, string? ContentType = "application/json")
{
    internal HttpContent Content()
    {
        var content = new ByteArrayContent(Bytes);
        content.Headers.ContentType = ContentType is null ? null : MediaTypeHeaderValue.Parse(ContentType);
        return content;
    }
}

/// <summary>Bodies that are wrong for every endpoint, and those that are wrong for one type of request.</summary>
internal static class HostileBodies
{
    private const string Marker = Problems.Marker;

    /// <summary>Wrong whatever the endpoint expects.</summary>
    internal static IEnumerable<HostileBody> Always()
    {
        foreach (var root in new[] { "[]", "[{}]", "5", "true", $"\"{Marker}\"" })
        {
            yield return Json($"root {root}", root);
        }

        yield return Json("truncated", $"{{\"email\":\"{Marker}");
        yield return Json("trailing comma", $"{{\"email\":\"{Marker}\",}}");
        yield return Json("comment", $"{{/*{Marker}*/}}");
        yield return Json("two documents", "{} {}");
        yield return Json("single quotes", $"{{'email':'{Marker}'}}");
        yield return Json("not a number", "{\"totalUnits\":NaN}");
        yield return Json("only white space", " \r\n\t ");
        yield return Json("depth 1000", string.Concat(Enumerable.Repeat("{\"a\":", 1000)) + "1" + new string('}', 1000));
        yield return Json("arrays 1000 deep in an unknown member", "{\"x\":" + new string('[', 1000) + new string(']', 1000) + "}");
        yield return Json("a million items", "{\"x\":[" + string.Join(',', Enumerable.Repeat('0', 1_000_000)) + "]}");
        yield return Json("101 kB", $"{{\"x\":\"{new string('x', 101_000)}\"}}");
        yield return Json("1 MiB", $"{{\"x\":\"{new string('x', 1 << 20)}\"}}");
        yield return new HostileBody("UTF-16 without saying so", Encoding.Unicode.GetBytes("{\"email\":\"a@example.com\"}"));
        yield return new HostileBody("UTF-16", Encoding.Unicode.GetBytes("{\"email\":\"a@example.com\"}"), "application/json; charset=utf-16");
        yield return new HostileBody("unknown charset", "{}"u8.ToArray(), "application/json; charset=klingon");
        yield return new HostileBody("form", Encoding.ASCII.GetBytes($"email={Marker}&email[$ne]="), "application/x-www-form-urlencoded");
        yield return new HostileBody("plain text", Encoding.ASCII.GetBytes(Marker), "text/plain");
        yield return new HostileBody("XML", Encoding.ASCII.GetBytes($"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;{Marker}</a>"), "application/xml");
        yield return new HostileBody("multipart nonsense", Encoding.ASCII.GetBytes($"--x\r\n{Marker}"), "multipart/form-data; boundary=x");
        yield return new HostileBody("JSON said to be nothing", Encoding.ASCII.GetBytes($"[\"{Marker}\"]"), null);
    }

    /// <summary>Wrong for requests of this type: every member in turn with values of every wrong type.</summary>
    internal static IEnumerable<HostileBody> For(Type request)
    {
        foreach (var member in request.GetProperties())
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(member.Name);
            var type = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
            string[] wrong = type == typeof(string)
                ? ["5", "true", "[]", $"[\"{Marker}\"]", "{}", $"{{\"$gt\":\"{Marker}\"}}", "\"\\u0000\"", $"\"{Marker}\\u0000\"", $"\"{Marker}\\ud800\"", "\"\\udc00\\ud800\"", "1e400"]
                : [$"\"{Marker}\"", "\"10\"", "[]", "{\"$ne\":1}", "1.5", "1e400", "-1", "99999999999999999999", "2147483648", "true"];
            foreach (var value in wrong)
            {
                yield return Json($"{name} = {value}", $"{{\"{name}\":{value}}}");
            }

            yield return new HostileBody($"{name} is invalid UTF-8", [.. Encoding.UTF8.GetBytes($"{{\"{name}\":\""), 0xC3, 0x28, .. "\"}"u8]);
            yield return Json($"{name} twice", $"{{\"{name}\":null,\"{name}\":null}}");
            yield return Json($"{name} twice in two cases", $"{{\"{name}\":null,\"{member.Name}\":null}}");
        }
    }

    private static HostileBody Json(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));
}
