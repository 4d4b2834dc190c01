using System.Net;
using System.Net.Sockets;
using Weir.Doctor.Watching;

namespace Weir.Doctor.Tests;

public class LocalProcessesTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_process_is_found_by_both_ends_of_its_connection(string host)
    {
        using var server = new TcpListener(IPAddress.Parse(host), 0);
        using var other = new TcpListener(IPAddress.Parse(host), 0);
        server.Start();
        other.Start();
        var serverPort = ((IPEndPoint)server.LocalEndpoint).Port;
        var otherPort = ((IPEndPoint)other.LocalEndpoint).Port;
        using var client = new TcpClient(server.LocalEndpoint.AddressFamily);
        client.Connect(host, serverPort);
        var port = ((IPEndPoint)client.Client.LocalEndPoint!).Port;

        var found = LocalProcesses.ByPorts();

        Assert.Equal(Environment.ProcessId, found[(port, serverPort)].Id);
        // Somebody else's connection to another server may have the same port at its end.
        Assert.False(found.ContainsKey((port, otherPort)));
    }
}
