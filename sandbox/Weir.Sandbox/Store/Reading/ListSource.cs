namespace Weir.Sandbox.Store.Reading;

/// <summary>Documents already found.</summary>
internal sealed class ListSource(IReadOnlyList<byte[]> documents) : DocumentSource
{
    private int next;

    public static ListSource Empty => new([]);

    public override bool IsExhausted => next >= documents.Count;

    public override bool TryRead(out byte[] bytes)
    {
        if (next < documents.Count)
        {
            bytes = documents[next++];
            return true;
        }

        bytes = [];
        return false;
    }
}
