namespace Weir.Transport;

/// <summary>How a <see cref="Listener"/> listens.</summary>
public sealed record ListenerOptions
{
    /// <summary>Connections that the kernel holds before they are accepted; default 4,096.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>Channels at a time; more are closed at once. Default 20,000.</summary>
    public int MaxActive { get; init; } = 20_000;

    /// <summary>Permission bits of a unix socket's file; default 0600. Other addresses have none.</summary>
    public UnixFileMode UnixMode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;
}
