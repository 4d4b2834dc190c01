using System.Runtime.InteropServices;

namespace Weir.Cli.Serve;

/// <summary>
/// Gives memory back to the system when a rush is over. What thousands of handshakes leave behind is garbage that
/// nobody collects while their clients are idle: a collection comes only when something is allocated, and serving
/// requests allocates nothing.
/// </summary>
/// <remarks>It stops every thread for some milliseconds, so it waits until hardly anybody asks for anything.</remarks>
internal sealed partial class MemoryTrim : IDisposable
{
    /// <summary>Bytes allocated since the last trim that are worth another.</summary>
    private const long Worth = 8 * 1024 * 1024;

    /// <summary>Requests within <see cref="Interval"/> up to which Weir is taken to be idle.</summary>
    private const long Few = 10;

    /// <summary>
    /// Intervals after a rush in which memory that is not managed is given back: the compiler ends later than the rush,
    /// and the runtime keeps what it has used for two to four seconds.
    /// </summary>
    private const int NativeTrims = 6;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Func<long> _count;
    private readonly Action _trimNetwork;
    private readonly ITimer _timer;
    private long _requests;
    private long _allocated;
    private int _nativeTrimsLeft;

    /// <param name="requests">How many requests there have been.</param>
    /// <param name="trimNetwork">Has the network give back what it needs only under load.</param>
    /// <param name="time">The clock.</param>
    public MemoryTrim(Func<long> requests, Action trimNetwork, TimeProvider time)
    {
        _count = requests;
        _trimNetwork = trimNetwork;
        _timer = time.CreateTimer(static trim => ((MemoryTrim)trim!).Look(), this, Interval, Interval);
    }

    /// <summary>How often it has collected.</summary>
    public int Collections { get; private set; }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var requests = _count();
        var isIdle = requests - _requests <= Few;
        _requests = requests;
        if (!isIdle)
        {
            _nativeTrimsLeft = NativeTrims;
            return;
        }

        var isDue = _nativeTrimsLeft > 0;
        if (isDue)
        {
            _nativeTrimsLeft--;
            _trimNetwork();
            TrimCompiler();
        }

        if (TryCollect() || isDue)
        {
            TrimNative();
        }
    }

    // Only the thread of finalizers frees what the just-in-time compiler has used, some megabytes, when it wakes.
    private static void TrimCompiler() => GC.WaitForPendingFinalizers();

    private bool TryCollect()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _allocated < Worth)
        {
            return false;
        }

        _allocated = allocated;
        Collections++;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return true;
    }

    private static void TrimNative()
    {
        try
        {
            _ = TrimMalloc(0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library than glibc, which keeps less.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int TrimMalloc(nint left);
}
