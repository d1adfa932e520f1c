using System.Net;
using Npgsql;
using NpgsqlTypes;

namespace Palisade.Storage;

/// <summary>Parameters that may be null. PostgreSQL is told their type, which a null does not say by itself.</summary>
internal static class OrNull
{
    public static NpgsqlParameter Text(string? value) => Of(NpgsqlDbType.Text, value);

    public static NpgsqlParameter Id(Guid? value) => Of(NpgsqlDbType.Uuid, value);

    public static NpgsqlParameter Time(DateTimeOffset? value) => Of(NpgsqlDbType.TimestampTz, value);

    public static NpgsqlParameter Address(IPAddress? value) => Of(NpgsqlDbType.Inet, value);

    private static NpgsqlParameter Of(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
