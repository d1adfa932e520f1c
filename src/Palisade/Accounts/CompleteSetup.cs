using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Passwords;
using Palisade.Passwords.Internal;
using Palisade.Storage;
using Palisade.Tenancy;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>The first company and its first administrator.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetupRequest(
    [property: Required, MaxLength(128)] string? Token,
    [property: Required, Email] string? Email,
    [property: Required] string? Password,
    [property: Required, PersonName] string? Name,
    [property: Required, Text(2, 100)] string? Company);

/// <summary><c>POST /setup</c>: works once, for who holds the token that the first start printed.</summary>
internal static class CompleteSetup
{
    internal static async Task<IResult> HandleAsync(
        SetupRequest request, HttpContext context, PalisadeDatabase database, SetupTokens tokens, NewPasswords newPasswords, PasswordHashes passwords, Challenges challenges,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var email = EmailAddress.Parse(request.Email!);

        if (!await tokens.IsGoodAsync(request.Token!, context.Facts(), cancellationToken))
        {
            return Problem.InvalidToken400.Result();
        }

        var holder = new PasswordHolder(email.Value, request.Name, request.Company, BesideSecondFactor: true);
        var hash = await passwords.HashAsync(await newPasswords.AcceptAsync(request.Password!, holder, "password", cancellationToken), cancellationToken);
        var now = clock.GetUtcNow();
        var tenant = new TenantId(Guid.CreateVersion7(now));
        var user = new UserAccount(
            Guid.CreateVersion7(now), tenant, email.Value, email.Key, request.Name!, "superadmin", "active", hash, 1, now, null);
        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        if (!await tokens.ConsumeAsync(work, request.Token!, cancellationToken))
        {
            return Problem.InvalidToken400.Result();
        }

        await work.ExecuteAsync("INSERT INTO tenancy.tenants (id, name, created_at) VALUES ($1, $2, $3)", [tenant.Value, request.Company!, now], cancellationToken);
        await UserStore.TryAddAsync(work, user, null, cancellationToken);
        await work.RecordAsync(new SecurityEvent(SecurityEvents.SetupCompleted) { Tenant = tenant, Actor = user.Id }.On("user", user.Id), cancellationToken);
        var challenge = await challenges.IssueAsync(work, user, Challenges.Enroll, Challenges.EnrollmentMethods, SignInCompletion.ClientOf(asked: null, context), cancellationToken);
        await work.CommitAsync(cancellationToken);
        tokens.Forget();
        return Results.Ok(challenge);
    }
}
