using System.Net;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Devices.Internal;
using Palisade.Storage;

namespace Palisade.Devices;

/// <summary>A device as its holder recognises it.</summary>
internal sealed record DeviceView(Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, string? Ip, DateTimeOffset? TrustedUntil, bool Current);

/// <summary><c>GET /account/devices</c>: where one's account has been signed in, last seen first.</summary>
internal static class ListDevices
{
    internal static async Task<IResult> HandleAsync(
        HttpContext context, PalisadeDatabase database, DeviceOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        var current = DeviceSecret.Of(context, options)?.Hash ?? [];
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        var devices = await work.ListAsync(
            """
            SELECT d.id, d.name, d.created_at, d.last_seen_at, d.ip, CASE WHEN d.trusted_version = u.session_version AND d.trusted_until > $3 THEN d.trusted_until END, d.secret_hash = $2
            FROM devices.devices d JOIN accounts.users u ON u.id = d.user_id
            WHERE d.user_id = $1 AND d.revoked_at IS NULL ORDER BY d.last_seen_at DESC, d.id DESC LIMIT 100
            """,
            [caller.User, current, clock.GetUtcNow()],
            row => new DeviceView(
                row.GetGuid(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3),
                row.IsDBNull(4) ? null : row.GetFieldValue<IPAddress>(4).ToString(), row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5), row.GetBoolean(6)),
            cancellationToken);
        return Results.Ok(new { items = devices });
    }
}
