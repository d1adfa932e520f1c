using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Palisade.Hardening;

/// <summary>The nonce of one response: 128 fresh bits, the same in the header and on the page's own script and style tags (R142).</summary>
public sealed class PageSecurity
{
    /// <summary>Base64, never repeated.</summary>
    public string Nonce { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    /// <summary>The nonce of this response.</summary>
    public static PageSecurity Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Features.Get<PageSecurity>() is not { } page)
        {
            context.Features.Set(page = new PageSecurity());
        }

        return page;
    }
}
