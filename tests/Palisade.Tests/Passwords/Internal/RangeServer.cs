using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Palisade.Passwords.Internal;

/// <summary>A range service on loopback that answers what a test says, or not at all.</summary>
internal sealed class RangeServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Func<string, HttpListenerResponse, Task> answer;

    internal RangeServer(Func<string, HttpListenerResponse, Task> answer)
    {
        this.answer = answer;
        Address = new Uri($"http://127.0.0.1:{FreePort()}/range/");
        listener.Prefixes.Add(Address.AbsoluteUri);
        listener.Start();
        _ = ServeAsync();
    }

    internal Uri Address { get; }

    /// <summary>Paths that were asked for, with the padding header.</summary>
    internal List<(string Path, string? Padding)> Asked { get; } = [];

    /// <summary>Answers 200 with these lines whatever is asked.</summary>
    internal static RangeServer Of(params string[] lines) => new((_, response) =>
    {
        response.OutputStream.Write(Encoding.ASCII.GetBytes(string.Join("\r\n", lines)));
        return Task.CompletedTask;
    });

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                lock (Asked)
                {
                    Asked.Add((context.Request.RawUrl!, context.Request.Headers["Add-Padding"]));
                }

                await answer(context.Request.RawUrl!, context.Response);
                context.Response.Close();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                // The client left, or the test is over.
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
