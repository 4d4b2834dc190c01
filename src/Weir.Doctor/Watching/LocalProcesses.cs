using System.Globalization;
using System.Net.NetworkInformation;

namespace Weir.Doctor.Watching;

/// <summary>
/// Which process of this machine has the socket of a local port: from <c>/proc</c>, as far as the user may see. Empty
/// on systems without it.
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

    /// <summary>Processes by the local port of their TCP sockets.</summary>
    public static Dictionary<int, LocalProcess> ByPort()
    {
        var byPort = new Dictionary<int, LocalProcess>();
        if (!OperatingSystem.IsLinux())
        {
            return byPort;
        }

        var ports = PortsByInode();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id))
            {
                foreach (var inode in Sockets(folder))
                {
                    if (ports.TryGetValue(inode, out var port))
                    {
                        byPort[port] = new LocalProcess(id, Name(folder));
                    }
                }
            }
        }

        return byPort;
    }

    private static Dictionary<string, int> PortsByInode()
    {
        var ports = new Dictionary<string, int>();
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
                var colon = fields.Length > 9 ? fields[1].LastIndexOf(':') : -1;
                if (
                    colon > 0
                    && int.TryParse(
                        fields[1].AsSpan(colon + 1),
                        NumberStyles.HexNumber,
                        CultureInfo.InvariantCulture,
                        out var port
                    )
                )
                {
                    ports[fields[9]] = port;
                }
            }
        }

        return ports;
    }

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
