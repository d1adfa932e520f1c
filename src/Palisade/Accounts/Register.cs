using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Hardening;
using Palisade.Passwords;
using Palisade.Passwords.Internal;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>Somebody who wants an account, in a company of its own. There is no role to ask for (R002).</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RegisterRequest(
    [property: Required, Email] string? Email,
    [property: Required] string? Password,
    [property: Required, PersonName] string? Name,
    [property: Required, Text(2, 100)] string? Company);

/// <summary><c>POST /auth/register</c>: 202, the same for an address that is new, waiting or taken, after the same work (R001-R003).</summary>
/// <remarks>The password is hashed whatever becomes of it; whose address it is, is found out behind the answer (<see cref="Inbox"/>).</remarks>
internal static class Register
{
    internal static async Task<IResult> HandleAsync(
        RegisterRequest request, HttpContext context, Inbox inbox, NewPasswords newPasswords, PasswordHashes passwords,
        AccountOptions options, RoleBook roles, CancellationToken cancellationToken)
    {
        if (!options.RegistrationIsOpen)
        {
            return Problem.NotFound.Result();
        }

        var email = EmailAddress.Parse(request.Email!);
        var holder = new PasswordHolder(email.Value, request.Name, request.Company, roles.Find(options.RegistrationRole) is { NeedsMfa: true });
        var hash = await passwords.HashAsync(await newPasswords.AcceptAsync(request.Password!, holder, "password", cancellationToken), cancellationToken);
        await inbox.TakeDownAsync(context.Facts(), RegistrationWish.Name, new Applicant(email.Value, request.Name!, request.Company!, hash), cancellationToken);
        return Results.Accepted();
    }
}
