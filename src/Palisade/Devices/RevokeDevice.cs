using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Devices;

/// <summary><c>DELETE /account/devices/{id}</c>: the device is a stranger again, and the sessions that began on it end.</summary>
internal static class RevokeDevice
{
    internal static async Task<IResult> HandleAsync(
        Guid id, HttpContext context, PalisadeDatabase database, SessionStore sessions, TimeProvider clock, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        if (await work.ExecuteAsync(
            "UPDATE devices.devices SET revoked_at = $3, trusted_until = NULL WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL",
            [id, caller.User, clock.GetUtcNow()],
            cancellationToken) != 1)
        {
            return Problem.NotFound.Result();
        }

        var begun = await work.ListAsync(
            "SELECT id FROM sessions.sessions WHERE user_id = $1 AND device_id = $2 AND revoked_at IS NULL", [caller.User, id], row => row.GetGuid(0), cancellationToken);
        foreach (var session in begun)
        {
            await sessions.RevokeAsync(work, session, "device_revoked", cancellationToken);
        }

        await work.RecordAsync(new SecurityEvent(SecurityEvents.DeviceRevoked).On("device", id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
