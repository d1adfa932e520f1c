using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Hardening;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Mfa;

/// <summary>One's own passkey.</summary>
/// <param name="Id">For <c>PATCH</c> and <c>DELETE</c>.</param>
/// <param name="Name">As its holder calls it.</param>
/// <param name="CreatedAt">Since when it counts.</param>
/// <param name="LastUsedAt">Or never.</param>
/// <param name="Aaguid">The model of its authenticator, as that says; zeros when it does not.</param>
/// <param name="Synced">Whether a provider keeps copies of it.</param>
internal sealed record PasskeyView(Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, Guid Aaguid, bool Synced);

/// <summary>A new name.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RenamePasskeyRequest([property: Required, Text(1, 60)] string? Name);

/// <summary><c>GET /account/passkeys</c>, and <c>PATCH</c> of one of them.</summary>
internal static class OwnPasskeys
{
    internal static async Task<IResult> ListAsync(HttpContext context, PalisadeDatabase database, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        return Results.Ok(new
        {
            items = await work.ListAsync(
                "SELECT id, name, created_at, last_used_at, aaguid, backed_up FROM mfa.passkeys WHERE user_id = $1 ORDER BY created_at LIMIT 100",
                [caller.User],
                row => new PasskeyView(
                    row.GetGuid(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3), row.GetGuid(4),
                    row.GetBoolean(5)),
                cancellationToken),
        });
    }

    internal static async Task<IResult> RenameAsync(
        Guid id, RenamePasskeyRequest request, HttpContext context, PalisadeDatabase database, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        if (await work.ExecuteAsync("UPDATE mfa.passkeys SET name = $3 WHERE id = $1 AND user_id = $2", [id, caller.User, request.Name!], cancellationToken) == 0)
        {
            return Problem.NotFound.Result();
        }

        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
