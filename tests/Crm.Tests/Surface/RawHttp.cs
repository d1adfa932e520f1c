using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Surface;

/// <summary>Sends bytes that no well-behaved client would.</summary>
internal static class RawHttp
{
    /// <summary>Everything the server answers to this before it closes. The request MUST make it close.</summary>
    internal static async Task<string> AskAsync(CrmInstance crm, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, crm.Address.Port);
        await using var tls = new SslStream(socket.GetStream(), false, (_, certificate, _, _) => certificate?.Issuer == "CN=Palisade development CA");
        await tls.AuthenticateAsClientAsync("localhost");
        await tls.WriteAsync(Encoding.UTF8.GetBytes(request));
        using var reader = new StreamReader(tls, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
