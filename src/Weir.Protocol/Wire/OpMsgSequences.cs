namespace Weir.Protocol.Wire;

/// <summary>The document sequences of an OP_MSG, to be gone through with <c>foreach</c>.</summary>
public readonly ref struct OpMsgSequences
{
    private readonly ReadOnlySpan<byte> _sections;
    private readonly int _offset;

    internal OpMsgSequences(ReadOnlySpan<byte> sections, int offset)
    {
        _sections = sections;
        _offset = offset;
    }

    public Enumerator GetEnumerator() => new(_sections, _offset);

    /// <summary>Goes from sequence to sequence, past the body.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _bytes;
        private readonly int _offset;
        private OpMsgSections _sections;

        internal Enumerator(ReadOnlySpan<byte> bytes, int offset)
        {
            _bytes = bytes;
            _offset = offset;
            _sections = new OpMsgSections(bytes, 0);
        }

        public readonly OpMsgSequence Current =>
            new(
                _bytes.Slice(_sections.IdentifierOffset, _sections.IdentifierLength),
                _bytes.Slice(_sections.PayloadOffset, _sections.PayloadLength),
                _offset + _sections.PayloadOffset
            );

        public bool MoveNext()
        {
            while (_sections.Read())
            {
                if (_sections.Kind == OpMsgSections.SequenceKind)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
