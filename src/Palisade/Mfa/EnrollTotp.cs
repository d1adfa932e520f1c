using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Crypto.Totp;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Storage;
using QRCoder;

namespace Palisade.Mfa;

/// <summary>By challenge, when MFA is mandatory and not enrolled yet; without, by somebody signed in.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record EnrollTotpRequest([property: MaxLength(128)] string? Challenge);

/// <summary>What an authenticator app needs. Shown once.</summary>
internal sealed record TotpEnrollment(string Secret, string OtpauthUri, string QrCode);

/// <summary><c>POST /auth/mfa/totp/enroll</c>: a new seed, which counts only after <c>confirm</c>.</summary>
internal static class EnrollTotp
{
    internal static async Task<IResult> HandleAsync(
        EnrollTotpRequest request, HttpContext context, PalisadeDatabase database, Challenges challenges, TotpFactors totp, MfaOptions options, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        var user = await WhoAsync(work, request.Challenge, context, challenges, cancellationToken);
        if (user is null)
        {
            return Problem.InvalidChallenge.Result();
        }

        if (await TotpFactors.HasActiveAsync(work, user.Id, cancellationToken))
        {
            return Problem.AlreadyExists.Result();
        }

        var seed = await totp.BeginAsync(work, user, cancellationToken);
        await work.CommitAsync(cancellationToken);
        var uri = Totp.OtpauthUri(options.Issuer, user.Email, seed);
        return Results.Ok(new TotpEnrollment(seed.ToBase32(), uri, QrCode(uri)));
    }

    private static async Task<UserAccount?> WhoAsync(
        UnitOfWork work, string? challenge, HttpContext context, Challenges challenges, CancellationToken cancellationToken)
    {
        if (challenge is null)
        {
            return await UserStore.FindAsync(work, context.RequireCaller().User, cancellationToken);
        }

        return await challenges.FindAsync(work, challenge, Challenges.Enroll, cancellationToken) is { } open
            ? await UserStore.FindAsync(work, open.User, cancellationToken)
            : null;
    }

    private static string QrCode(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        return "data:image/png;base64," + Convert.ToBase64String(new PngByteQRCode(code).GetGraphic(6));
    }
}
