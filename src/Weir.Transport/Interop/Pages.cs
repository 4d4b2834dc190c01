namespace Weir.Transport.Interop;

/// <summary>Memory as the system hands it out.</summary>
internal static unsafe class Pages
{
    public const int Size = 4096;

    /// <summary>
    /// Gives the memory of whole pages back. The addresses stay the process's; what was there is lost, and memory comes
    /// back when they are touched.
    /// </summary>
    public static void Drop(byte* start, nint length)
    {
        const int DoNotNeed = 4;
        _ = Libc.Advise(start, length, DoNotNeed);
    }
}
