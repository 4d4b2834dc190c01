namespace Weir.Protocol.Wire;

/// <summary>Goes through documents that stand one after the other.</summary>
public ref struct DocumentEnumerator
{
    private ReadOnlySpan<byte> _rest;

    internal DocumentEnumerator(ReadOnlySpan<byte> documents) => _rest = documents;

    /// <summary>The bytes of one document.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var length = WireDocuments.Measure(_rest);
        Current = _rest[..length];
        _rest = _rest[length..];
        return true;
    }
}
