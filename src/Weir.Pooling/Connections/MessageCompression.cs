using System.Buffers;
using Weir.Protocol.Wire;
using Weir.Transport.Framing;

namespace Weir.Pooling.Connections;

/// <summary>
/// What one connection compresses with (the OP_COMPRESSED specification): the first of its own compressors that the
/// server has too. Used by the connection's owner.
/// </summary>
/// <remarks>
/// A reply may come compressed or not, from the first one on. A compressed one has to be there whole to be expanded, so
/// connections that may compress read every reply whole.
/// </remarks>
internal sealed class MessageCompression(IReadOnlyList<CompressorId> offered, int zlibLevel)
{
    private const int NameOffset = OpMsg.FlagsOffset + sizeof(uint) + 1 + sizeof(int) + 1;

    private CompressorId _agreed = CompressorId.Noop;

    /// <summary>The names for the <c>compression</c> of hello, best first.</summary>
    public IEnumerable<string> Names => offered.Select(Compressors.GetName);

    /// <summary>Reads what the server answered; nothing in common means that nothing is compressed.</summary>
    public void Agree(HelloReply hello) =>
        _agreed = offered.FirstOrDefault(c => hello.Compressors.Contains(Compressors.GetName(c)));

    /// <summary>The message as it goes out: compressed where that was agreed on, unless it may carry a secret.</summary>
    public ReadOnlyMemory<byte> ToWire(ReadOnlyMemory<byte> message)
    {
        if (_agreed == CompressorId.Noop || !MayCompress(message.Span))
        {
            return message;
        }

        var compressed = new ArrayBufferWriter<byte>(message.Length);
        OpCompressed.Wrap(compressed, message.Span, _agreed, zlibLevel);
        return compressed.WrittenMemory;
    }

    /// <summary>The message within a compressed one. The caller returns the frame, and the one it came in.</summary>
    /// <exception cref="WireFormatException">It is damaged, too large, or compressed in an unknown way.</exception>
    public static Frame Expand(in Frame compressed, int maxLength)
    {
        var frame = Frame.Rent(OpCompressed.GetUnwrappedLength(compressed.Span, maxLength));
        try
        {
            OpCompressed.Unwrap(frame.Writable.Span, compressed.Span);
            return frame;
        }
        catch
        {
            frame.Return();
            throw;
        }
    }

    // A message whose command does not stand at its beginning goes out as it is, which is always allowed.
    private static bool MayCompress(ReadOnlySpan<byte> message)
    {
        if (message.Length <= NameOffset || message[OpMsg.FlagsOffset + sizeof(uint)] != 0)
        {
            return false;
        }

        var name = message[NameOffset..];
        var end = name.IndexOf((byte)0);
        return end > 0 && !IsSecret(name[..end]);
    }

    private static bool IsSecret(ReadOnlySpan<byte> command) =>
        command.SequenceEqual("hello"u8)
        || command.SequenceEqual("isMaster"u8)
        || command.SequenceEqual("ismaster"u8)
        || command.SequenceEqual("saslStart"u8)
        || command.SequenceEqual("saslContinue"u8)
        || command.SequenceEqual("getnonce"u8)
        || command.SequenceEqual("authenticate"u8)
        || command.SequenceEqual("createUser"u8)
        || command.SequenceEqual("updateUser"u8)
        || command.SequenceEqual("copydbSaslStart"u8)
        || command.SequenceEqual("copydbgetnonce"u8)
        || command.SequenceEqual("copydb"u8);
}
