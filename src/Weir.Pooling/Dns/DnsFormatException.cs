namespace Weir.Pooling.Dns;

/// <summary>Bytes that are no well-formed DNS message, or a name that none can carry.</summary>
internal sealed class DnsFormatException(string message) : FormatException(message);
