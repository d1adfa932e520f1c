using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Access.Internal;
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

/// <summary>What an authenticator app needs, as text and as pictures. Shown once.</summary>
internal sealed record TotpEnrollment(string Secret, string OtpauthUri, string QrCode, string QrCodeSvg);

/// <summary><c>POST /auth/mfa/totp/enroll</c>: a new seed, which counts only after <c>confirm</c>.</summary>
/// <remarks>Beside an active factor it stands until then, and the active one goes on; a caller MUST have shown theirs just before (R031).</remarks>
internal static class EnrollTotp
{
    private const int PixelsPerModule = 6;

    internal static async Task<IResult> HandleAsync(
        EnrollTotpRequest request, HttpContext context, PalisadeDatabase database, Challenges challenges, TotpFactors totp, MfaOptions options, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (request.Challenge is null && StepUp.Missing(context, context.RequireCaller(), clock) is { } missing)
        {
            return missing.Result();
        }

        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        var id = request.Challenge is null
            ? context.RequireCaller().User
            : (await challenges.FindAsync(work, request.Challenge, Challenges.Enroll, cancellationToken))?.User;
        if (id is null || await UserStore.FindAsync(work, id.Value, cancellationToken) is not { } user)
        {
            return Problem.InvalidChallenge.Result();
        }

        // A challenge of this kind was given to an account without a factor; one that got it since has no use for the challenge.
        if (request.Challenge is not null && await TotpFactors.HasActiveAsync(work, user.Id, cancellationToken))
        {
            return Problem.AlreadyExists.Result();
        }

        var seed = await totp.BeginAsync(work, user, cancellationToken);
        await work.CommitAsync(cancellationToken);
        var uri = Totp.OtpauthUri(options.Issuer, user.Email, seed, totp.Algorithm);
        using var code = QRCodeGenerator.GenerateQrCode(uri, QRCodeGenerator.ECCLevel.M);
        return Results.Ok(new TotpEnrollment(
            seed.ToBase32(),
            uri,
            "data:image/png;base64," + Convert.ToBase64String(new PngByteQRCode(code).GetGraphic(PixelsPerModule)),
            new SvgQRCode(code).GetGraphic(PixelsPerModule)));
    }
}
