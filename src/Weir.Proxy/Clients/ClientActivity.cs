using System.Text;

namespace Weir.Proxy.Clients;

/// <summary>
/// What a client has asked and been told. Written on the client's loop; read from any thread, each number by itself.
/// </summary>
internal struct ClientActivity
{
    private const int LongestName = 64;

    private long _since;
    private long _requests;
    private long _bytesIn;
    private long _bytesOut;
    private string? _command;
    private string? _unknown;

    /// <summary>When the request in hand, or the last one, was there, in the clock's timestamps.</summary>
    public readonly long Since => Volatile.Read(in _since);

    public readonly long Requests => Volatile.Read(in _requests);

    public readonly long BytesIn => Volatile.Read(in _bytesIn);

    public readonly long BytesOut => Volatile.Read(in _bytesOut);

    /// <summary>The command in hand; <see langword="null"/>: none.</summary>
    public readonly string? Command => Volatile.Read(in _command);

    public void Connected(long now) => _since = now;

    /// <param name="command">The command's name, where Weir knows it.</param>
    /// <param name="name">The same as UTF-8: of one that it does not know the last is kept, so that it costs once.</param>
    /// <param name="bytes">The request's length.</param>
    /// <param name="now">When it was there, in the clock's timestamps.</param>
    public void Begin(string? command, ReadOnlySpan<byte> name, int bytes, long now)
    {
        _requests++;
        _bytesIn += bytes;
        Volatile.Write(ref _since, now);
        Volatile.Write(ref _command, command ?? Unknown(name));
    }

    private string Unknown(ReadOnlySpan<byte> name)
    {
        name = name[..Math.Min(name.Length, LongestName)];
        if (_unknown is null || !Ascii.Equals(name, _unknown))
            _unknown = Encoding.Latin1.GetString(name);
        return _unknown;
    }

    public void Told(int bytes) => _bytesOut += bytes;

    public void End() => Volatile.Write(ref _command, null);
}
