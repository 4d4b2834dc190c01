using System.Buffers.Binary;
using Weir.Protocol.Bson;

namespace Weir.Proxy.Exchanges;

/// <summary>
/// Walks over the elements of a reply that is never there whole: it is shown one window of the message after the
/// other, jumps over values that reach beyond the window, and stops at the id of the cursor.
/// </summary>
internal struct ReplyWalker(int bodyOffset)
{
    private const int DocumentHead = 4;

    private bool _inCursor;

    /// <summary>Where in the message the next element begins, which the next window must contain.</summary>
    public int Position { get; private set; } = bodyOffset + DocumentHead;

    /// <summary>The document has ended.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Bytes that are no document.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>
    /// Goes on through <paramref name="window"/>, which begins at <paramref name="start"/> in the message.
    /// <see langword="true"/>: it has come to <c>cursor.id</c>, whose value is at <paramref name="idOffset"/> in the
    /// window; call it again. <see langword="false"/>: it needs another window, or is done or broken.
    /// </summary>
    public bool Walk(ReadOnlySpan<byte> window, int start, out int idOffset)
    {
        idOffset = 0;
        while (!IsDone && !IsBroken)
        {
            int at = Position - start;
            if (at >= window.Length)
                return false;
            var type = (BsonType)window[at];
            if (type == BsonType.EndOfDocument)
            {
                Position++;
                IsDone = !_inCursor;
                _inCursor = false;
                continue;
            }
            int nameLength = window[(at + 1)..].IndexOf((byte)0);
            if (nameLength < 0)
                return false;
            ReadOnlySpan<byte> name = window.Slice(at + 1, nameLength);
            int value = at + 1 + nameLength + 1;
            if (!_inCursor && type == BsonType.Document && name.SequenceEqual("cursor"u8))
            {
                _inCursor = true;
                Position = start + value + DocumentHead;
                continue;
            }
            bool isId = _inCursor && type == BsonType.Int64 && name.SequenceEqual("id"u8);
            int length = Measure(type, window[value..], isId);
            if (length < 0)
            {
                IsBroken = length == Broken;
                return false;
            }
            Position = start + value + length;
            if (isId)
            {
                idOffset = value;
                return true;
            }
        }
        return false;
    }

    private const int Unknown = -1;
    private const int Broken = -2;

    /// <summary>The length of a value whose beginning is in the window.</summary>
    private static int Measure(BsonType type, ReadOnlySpan<byte> value, bool needsAll)
    {
        switch (type)
        {
            case BsonType.Undefined or BsonType.Null or BsonType.MinKey or BsonType.MaxKey:
                return 0;
            case BsonType.Boolean:
                return 1;
            case BsonType.Int32:
                return 4;
            case BsonType.Int64 when needsAll && value.Length < 8:
                return Unknown;
            case BsonType.Double or BsonType.DateTime or BsonType.Timestamp or BsonType.Int64:
                return 8;
            case BsonType.ObjectId:
                return 12;
            case BsonType.Decimal128:
                return 16;
            case BsonType.Document or BsonType.Array or BsonType.JavaScriptWithScope:
                return Announced(value, 0);
            case BsonType.String or BsonType.JavaScript or BsonType.Symbol:
                return Announced(value, 4);
            case BsonType.Binary:
                return Announced(value, 5);
            case BsonType.DbPointer:
                return Announced(value, 16);
            default:
                // Regular expressions have no length of their own, and no reply has one at these two levels.
                return Broken;
        }
    }

    private static int Announced(ReadOnlySpan<byte> value, int more)
    {
        if (value.Length < 4)
            return Unknown;
        int length = BinaryPrimitives.ReadInt32LittleEndian(value);
        return length is < 0 or > ProxyLimits.MaxMessageBytes ? Broken : length + more;
    }
}
