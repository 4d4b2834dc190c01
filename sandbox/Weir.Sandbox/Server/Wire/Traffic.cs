namespace Weir.Sandbox.Server;

/// <summary>What a member has received and sent, for serverStatus. Thread-safe.</summary>
internal sealed class Traffic
{
    private long bytesIn;
    private long bytesOut;
    private long requests;

    public long BytesIn => Interlocked.Read(ref bytesIn);

    public long BytesOut => Interlocked.Read(ref bytesOut);

    public long Requests => Interlocked.Read(ref requests);

    public void Received(int bytes)
    {
        Interlocked.Add(ref bytesIn, bytes);
        Interlocked.Increment(ref requests);
    }

    public void Sent(int bytes) => Interlocked.Add(ref bytesOut, bytes);
}
