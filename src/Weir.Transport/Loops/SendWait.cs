using System.Threading.Tasks.Sources;
using Weir.Transport.Framing;
using Weir.Transport.Interop;

namespace Weir.Transport.Loops;

/// <summary>
/// What is left of a send that the kernel could not take at once, or of a connect. A channel makes one when it
/// first has to wait, which most never do.
/// </summary>
internal sealed class SendWait(LoopChannel channel) : IValueTaskSource<bool>
{
    private WaitCore _wait;
    private ReadOnlyMemory<byte> _first;
    private ReadOnlyMemory<byte> _second;
    private bool _result;
    private bool _isConnect;

    /// <summary>The loop that waits, by its id; 0: none does.</summary>
    public int ArmedBy { get; private set; }

    public ValueTask<bool> Arm(int loopId, ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        _wait.Reset();
        _first = first;
        _second = second;
        _isConnect = first.IsEmpty && second.IsEmpty;
        ArmedBy = loopId;
        return new ValueTask<bool>(this, _wait.Version);
    }

    /// <summary>Goes on with what is left.</summary>
    public void OnWritable(int descriptor)
    {
        while (!_first.IsEmpty || !_second.IsEmpty)
        {
            var left = _first.Length + _second.Length;
            var sent = _second.IsEmpty
                ? NativeSocket.Send(descriptor, _first.Span)
                : NativeSocket.Send(descriptor, _first.Span, _second.Span);
            if (sent == -Errno.Again)
            {
                return;
            }

            if (sent < 0)
            {
                channel.SetEnd(ChannelEnd.Broken);
                Finish(false);
                return;
            }

            Skip(ref _first, ref _second, sent);
            if (sent < left)
            {
                // The kernel took what it had room for; it tells when it has more.
                return;
            }
        }

        // All of it went out, whatever has ended the channel since: "not sent" would invite to send it again.
        Finish(!_isConnect || channel.End == ChannelEnd.None);
    }

    /// <summary>Ends it without running the continuation: <see cref="Complete"/> does.</summary>
    public bool TryCancel()
    {
        if (ArmedBy == 0)
        {
            return false;
        }

        Disarm(false);
        return true;
    }

    public void Complete() => _wait.Complete();

    bool IValueTaskSource<bool>.GetResult(short token) =>
        _wait.IsCompleted(token)
            ? _result
            : throw new InvalidOperationException("The send has not ended yet.");

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.Status(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _wait.OnCompleted(continuation, state, token, flags);

    /// <summary>What is left of both once so many bytes are gone.</summary>
    public static void Skip(ref ReadOnlyMemory<byte> first, ref ReadOnlyMemory<byte> second, int count)
    {
        var ofFirst = Math.Min(count, first.Length);
        first = first[ofFirst..];
        second = second[(count - ofFirst)..];
    }

    private void Finish(bool result)
    {
        Disarm(result);
        _wait.Complete();
    }

    private void Disarm(bool result)
    {
        ArmedBy = 0;
        _first = default;
        _second = default;
        _result = result;
        channel.SendIsOver();
    }
}
