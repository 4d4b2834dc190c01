namespace Weir.Bench;

/// <summary>Warm-up, then the measured time, then the end; set by one thread, read by all clients.</summary>
internal sealed class LoadWindow
{
    private volatile bool _measured;
    private volatile bool _over;

    public bool IsMeasured => _measured;

    public bool IsOver => _over;

    public void Measure() => _measured = true;

    public void End()
    {
        _measured = false;
        _over = true;
    }
}
