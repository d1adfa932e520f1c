using System.Net;
using System.Net.Sockets;

namespace Palisade.Hardening;

/// <summary>What counts as one client among addresses: an IPv4 address, or the /64 that one IPv6 subscriber has to himself.</summary>
internal static class ClientNetwork
{
    /// <summary>The network as text, always the same for the same one. No address (a command, a test without a socket) is one client too.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
        {
            address = address.MapToIPv4();
        }

        return address is { AddressFamily: AddressFamily.InterNetworkV6 }
            ? $"{Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8))}/64"
            : address?.ToString() ?? "none";
    }
}
