using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Hardening;

namespace Palisade.Console.Internal;

/// <summary>The console's scripts, style and picture: embedded in the assembly, served under a hash of them all.</summary>
/// <remarks>
/// The hash names the folder and not each file, so that modules import each other by their plain names and a page never mixes
/// files of two builds. An address never changes its content, and may be kept for ever (R164).
/// </remarks>
internal sealed class Assets
{
    internal const string Root = "/console/assets";

    private const string Prefix = "wwwroot/";

    private readonly Dictionary<string, Asset> files = new(StringComparer.Ordinal);

    public Assets()
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var resources = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));
        foreach (var resource in resources.Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            all.AppendData(SHA256.HashData(bytes));
            files.Add(resource[Prefix.Length..], new Asset(TypeOf(resource), bytes, Brotli(bytes)));
        }

        Version = Convert.ToHexStringLower(all.GetHashAndReset())[..16];
    }

    /// <summary>Changes with any file.</summary>
    public string Version { get; }

    /// <summary>Where this build's files are.</summary>
    public string Folder => $"{Root}/{Version}";

    internal static Task ServeAsync(HttpContext context)
    {
        var assets = context.RequestServices.GetRequiredService<Assets>();
        return context.Request.RouteValues["version"] as string == assets.Version
            && context.Request.RouteValues["name"] is string name
            && assets.files.TryGetValue(name, out var asset)
                ? asset.WriteAsync(context)
                : ProblemResponses.WriteAsync(context, Problem.NotFound);
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"The console serves no {other} files."),
    };

    private static byte[] Brotli(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            brotli.Write(bytes);
        }

        return compressed.ToArray();
    }

    private sealed record Asset(string Type, byte[] Plain, byte[] Compressed)
    {
        internal async Task WriteAsync(HttpContext context)
        {
            // Public files without a secret in them: what compression tells of their length is no news.
            var compress = context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
            var bytes = compress ? Compressed : Plain;
            var response = context.Response;
            response.ContentType = Type;
            response.ContentLength = bytes.Length;
            response.Headers.CacheControl = "public, max-age=31536000, immutable";
            response.Headers.Vary = "Accept-Encoding";
            if (compress)
            {
                response.Headers.ContentEncoding = "br";
            }

            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await response.Body.WriteAsync(bytes, context.RequestAborted);
            }
        }
    }
}
