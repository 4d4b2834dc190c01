using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Weir.Samples.Journal.Demo;

/// <summary>Signals that .NET does not send.</summary>
internal static partial class Signals
{
    private const int Term = 15;

    /// <summary>SIGTERM.</summary>
    public static void Terminate(Process process) => _ = Kill(process.Id, Term);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
