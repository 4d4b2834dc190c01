namespace Weir.Transport;

/// <summary>A file of a listener's TLS can't be used. Shows no secret.</summary>
public sealed class TlsFileException(TlsPart part, string path, string reason)
    : IOException($"{path}: {reason}")
{
    /// <summary>Which of the files.</summary>
    public TlsPart Part { get; } = part;

    /// <summary>Where it is.</summary>
    public string Path { get; } = path;
}
