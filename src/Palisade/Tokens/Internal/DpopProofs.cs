using System.Buffers.Binary;
using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Crypto.Jose;
using Palisade.Crypto.Secrets;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Tokens.Internal;

/// <summary>Checks that a request comes from the holder of a key (RFC 9449 section 4.3), once.</summary>
/// <remarks>
/// Numbered as it runs; each step costs more than the one before:
/// 1. One <c>DPoP</c> header, and in it a proof that is right in itself.
/// 2. Made for this method and address, for this access token, and at about this time.
/// 3. With a nonce of ours, so that no proof was made in advance. A nonce says the time in a form only we can write; no server keeps any.
/// 4. Not used before, at whichever server: one conditional insert.
/// </remarks>
internal sealed class DpopProofs(PalisadeDatabase database, TokenOptions options, TimeProvider clock)
{
    private const string Header = "DPoP";
    private const string NonceHeader = "DPoP-Nonce";
    private const int NonceSize = 16;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(60);

    // Until no nonce of the proof's time is taken any more, and the clocks agree that it is so.
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(6);

    /// <summary>Whether the request carries a proof at all.</summary>
    public static bool IsIn(HttpContext context) => context.Request.Headers.ContainsKey(Header);

    /// <summary>The thumbprint of the key that was proved, or the refusal.</summary>
    /// <param name="context">The request; the answer to it gets the nonce to use next.</param>
    /// <param name="accessToken">The token it presents, or <see langword="null"/> when it asks for one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<(string? Key, Problem? Refusal)> ProveAsync(HttpContext context, string? accessToken, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var present = now.UtcTicks / Window.Ticks;
        if (context.Request.Headers[Header] is not [{ } text] || DpopProof.Read(text) is not { } proof || !IsFor(proof, context.Request, accessToken, now))
        {
            return (null, Problem.InvalidDpopProof);
        }

        var isFresh = Nonce(present) == proof.Nonce;
        if (!isFresh)
        {
            context.Response.Headers[NonceHeader] = Nonce(present);
        }

        if (!isFresh && Nonce(present - 1) != proof.Nonce)
        {
            return (null, Problem.UseDpopNonce);
        }

        return await SpendAsync(proof, context, now, cancellationToken) ? (proof.KeyThumbprint, null) : (null, Problem.InvalidDpopProof);
    }

    private bool IsFor(DpopProof proof, HttpRequest request, string? accessToken, DateTimeOffset now) =>
        proof.Method == request.Method
        && Uri.TryCreate(proof.Address, UriKind.Absolute, out var address)
        && Uri.Compare(
            address, new Uri(options.PublicUrl, request.PathBase.Add(request.Path).ToUriComponent()), UriComponents.SchemeAndServer | UriComponents.Path,
            UriFormat.UriEscaped, StringComparison.Ordinal) == 0
        && proof.AccessTokenHash == (accessToken is null ? null : DpopProof.HashOf(accessToken))
        && (now - proof.IssuedAt).Duration() <= Tolerance;

    private async Task<bool> SpendAsync(DpopProof proof, HttpContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        // Seen by every other transaction at once; only a crash of PostgreSQL itself could forget the last half second of them.
        await work.ExecuteAsync("SET LOCAL synchronous_commit = off", [], cancellationToken);
        var isFirst = await UsedProofs.SpendAsync(work, $"{proof.KeyThumbprint}.{proof.TokenId}", now + Remembered, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return isFirst;
    }

    private string Nonce(long window)
    {
        Span<byte> text = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(text, window);
        return Base64Url.EncodeToString(KeyedHash.Compute(options.OneTimeKey.Span, "dpop-nonce", text).AsSpan(0, NonceSize));
    }
}
