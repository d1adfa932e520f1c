using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Hardening.Internal;

/// <summary>Times are RFC 3339 in UTC, ending in <c>Z</c>, to the microsecond that PostgreSQL keeps.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) ? time.ToUniversalTime() : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(new DateTime(value.UtcTicks - value.UtcTicks % TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc));
}
