using System.Globalization;

namespace Weir.Bench;

/// <summary>What the kernel says of a process (Linux).</summary>
internal static class ProcessUsage
{
    private const double TicksPerSecond = 100;

    /// <summary>Resident memory, in bytes.</summary>
    public static long ResidentBytes(int pid)
    {
        const string Label = "VmRSS:";
        var line = File.ReadLines($"/proc/{pid}/status")
            .First(line => line.StartsWith(Label, StringComparison.Ordinal));
        return long.Parse(line[Label.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Processor time used since the start, in seconds.</summary>
    public static double CpuSeconds(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks =
            long.Parse(fields[11], CultureInfo.InvariantCulture)
            + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return ticks / TicksPerSecond;
    }
}
