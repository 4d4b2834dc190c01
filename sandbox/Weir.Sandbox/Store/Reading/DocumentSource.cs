namespace Weir.Sandbox.Store.Reading;

/// <summary>Stored documents that match, one at a time.</summary>
internal abstract class DocumentSource
{
    /// <summary>There is nothing more to come, now or later.</summary>
    public abstract bool IsExhausted { get; }

    public abstract bool TryRead(out byte[] bytes);

    /// <summary>All that is left, now.</summary>
    public List<byte[]> Drain()
    {
        var all = new List<byte[]>();
        while (TryRead(out var bytes))
        {
            all.Add(bytes);
        }

        return all;
    }
}
