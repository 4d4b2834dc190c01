using System.Globalization;
using System.Net.NetworkInformation;

namespace Weir.Doctor.Watching;

/// <summary>
/// Which process of this machine has the client's end of a connection: from <c>/proc</c>, as far as the user may see.
/// Empty on systems without it.
/// </summary>
internal static class LocalProcesses
{
    private const string SocketPrefix = "socket:[";

    /// <summary>Whether an address is one of this machine's.</summary>
    public static bool IsLocal(string host, IReadOnlySet<string> ownAddresses) =>
        host.StartsWith("127.", StringComparison.Ordinal) || ownAddresses.Contains(host);

    /// <summary>This machine's addresses.</summary>
    public static HashSet<string> OwnAddresses()
    {
        try
        {
            return
            [
                "::1",
                .. NetworkInterface
                    .GetAllNetworkInterfaces()
                    .SelectMany(card => card.GetIPProperties().UnicastAddresses)
                    .Select(address => address.Address.ToString().Split('%')[0]),
            ];
        }
        catch (NetworkInformationException)
        {
            return ["::1"];
        }
    }

    /// <summary>
    /// Processes by the ports of their TCP connections, their own and the server's: two processes may have the same
    /// port towards two servers.
    /// </summary>
    public static Dictionary<(int Own, int Server), LocalProcess> ByPorts()
    {
        var byPorts = new Dictionary<(int Own, int Server), LocalProcess>();
        if (!OperatingSystem.IsLinux())
        {
            return byPorts;
        }

        var ports = PortsByInode();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id))
            {
                LocalProcess? process = null;
                foreach (var inode in Sockets(folder))
                {
                    if (ports.TryGetValue(inode, out var pair))
                    {
                        byPorts[pair] = process ??= new LocalProcess(id, Name(folder));
                    }
                }
            }
        }

        return byPorts;
    }

    private static Dictionary<string, (int Local, int Remote)> PortsByInode()
    {
        var ports = new Dictionary<string, (int Local, int Remote)>();
        foreach (var table in (ReadOnlySpan<string>)["/proc/net/tcp", "/proc/net/tcp6"])
        {
            if (!File.Exists(table))
            {
                continue;
            }

            foreach (var line in File.ReadLines(table).Skip(1))
            {
                // Number, local address, remote address, state, queues, timer, retransmits, user, timeout, inode.
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > 9 && Port(fields[1]) is { } local && Port(fields[2]) is { } remote)
                {
                    ports[fields[9]] = (local, remote);
                }
            }
        }

        return ports;
    }

    private static int? Port(string address) =>
        int.TryParse(
            address.AsSpan(address.LastIndexOf(':') + 1),
            NumberStyles.HexNumber,
            CultureInfo.InvariantCulture,
            out var port
        )
            ? port
            : null;

    private static List<string> Sockets(string folder)
    {
        var inodes = new List<string>();
        try
        {
            foreach (var descriptor in Directory.EnumerateFileSystemEntries(Path.Combine(folder, "fd")))
            {
                var target = new FileInfo(descriptor).LinkTarget;
                if (target?.StartsWith(SocketPrefix, StringComparison.Ordinal) == true)
                {
                    inodes.Add(target[SocketPrefix.Length..^1]);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It ended, or it is another user's.
        }

        return inodes;
    }

    private static string Name(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "comm")).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
