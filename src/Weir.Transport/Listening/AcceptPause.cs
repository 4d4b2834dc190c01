namespace Weir.Transport.Listening;

/// <summary>How long a listener rests when the process has no descriptor left for another connection.</summary>
internal static class AcceptPause
{
    public static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(100);
}
