using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Proxy.Commands;

/// <summary>
/// One pass over the top level of a command. Nothing is allocated, and nothing below the top level is looked at
/// but the session's id and, in an aggregation, the names of its stages.
/// </summary>
internal static class CommandScanner
{
    /// <summary>
    /// A server closes a connection that brings more document sequences than this. No command has more.
    /// </summary>
    private const int MaxSequences = 2;

    /// <exception cref="WireFormatException">The message's frame is broken: there is no telling what follows.</exception>
    /// <exception cref="BsonFormatException">The frame is sound, the command's document is not.</exception>
    public static void Scan(ReadOnlySpan<byte> message, out CommandView view)
    {
        OpMsg msg = OpMsg.Parse(message);
        view = new CommandView
        {
            RequestId = msg.Header.RequestId,
            Flags = msg.Flags,
            Body = new ByteRange(msg.BodyOffset, msg.Body.Length),
        };
        int sequences = 0;
        foreach (OpMsgSequence _ in msg.Sequences)
        {
            if (++sequences > MaxSequences)
                throw new WireFormatException($"it sent a command with more than {MaxSequences} sequences");
        }
        var reader = new BsonReader(msg.Body);
        int body = msg.BodyOffset;
        bool first = true;
        while (reader.Read())
        {
            if (first)
            {
                first = false;
                Command(ref reader, body, ref view);
                continue;
            }
            switch (reader.Name.Length)
            {
                case 3 when reader.NameEquals("$db"u8):
                    view.Database = Text(ref reader, body);
                    break;
                case 4 when reader.NameEquals("lsid"u8) && reader.Type == BsonType.Document:
                    view.Session = Session(reader.GetDocument());
                    break;
                case 7 when reader.NameEquals("comment"u8):
                    view.HasComment = true;
                    break;
                case 9 when reader.NameEquals("txnNumber"u8) && reader.Type == BsonType.Int64:
                    view.TxnNumber = reader.GetInt64();
                    view.TxnNumberElement = Element(ref reader, body);
                    break;
                case 9 when reader.NameEquals("maxTimeMS"u8):
                    MaxTime(ref reader, body, ref view);
                    break;
                case 10 when reader.NameEquals("autocommit"u8) && reader.Type == BsonType.Boolean:
                    view.InTransaction = !reader.GetBoolean();
                    break;
                case 16 when reader.NameEquals("startTransaction"u8) && reader.Type == BsonType.Boolean:
                    view.StartTransaction = reader.GetBoolean();
                    break;
                case 15 when reader.NameEquals("$readPreference"u8) && reader.Type == BsonType.Document:
                    view.ReadPreference = Value(ref reader, body);
                    break;
                default:
                    Particular(ref reader, body, ref view);
                    break;
            }
        }
    }

    private static void Command(ref BsonReader reader, int body, ref CommandView view)
    {
        view.Kind = CommandKinds.Find(reader.Name, out view.Text);
        int name = body + reader.ElementOffset + 1;
        view.Name = new ByteRange(name, reader.Name.Length);
        view.Target = Text(ref reader, body);
        if (view.Kind == CommandKind.GetMore && reader.Type == BsonType.Int64)
        {
            view.CursorId = reader.GetInt64();
            view.CursorIdOffset = body + reader.ValueOffset;
        }
    }

    /// <summary>Fields that only one command has.</summary>
    private static void Particular(ref BsonReader reader, int body, ref CommandView view)
    {
        switch (view.Kind)
        {
            case CommandKind.Find when reader.NameEquals("awaitData"u8) && reader.Type == BsonType.Boolean:
                view.OpensAwaitable = reader.GetBoolean();
                break;
            case CommandKind.Aggregate when reader.NameEquals("pipeline"u8) && reader.Type == BsonType.Array:
                Pipeline(reader.GetDocument(), ref view);
                break;
            case CommandKind.KillCursors when reader.NameEquals("cursors"u8) && reader.Type == BsonType.Array:
                view.Cursors = Value(ref reader, body);
                break;
        }
    }

    private static void Pipeline(ReadOnlySpan<byte> stages, ref CommandView view)
    {
        var reader = new BsonReader(stages);
        bool first = true;
        while (reader.Read())
        {
            if (reader.Type != BsonType.Document)
                continue;
            var stage = new BsonReader(reader.GetDocument());
            if (!stage.Read())
                continue;
            if (first)
                view.OpensAwaitable = stage.NameEquals("$changeStream"u8);
            first = false;
            // Only the last stage may write, so the last one decides.
            view.WritesOut = stage.NameEquals("$out"u8) || stage.NameEquals("$merge"u8);
        }
    }

    /// <inheritdoc cref="Session(ReadOnlySpan{byte})"/>
    public static SessionId Session(BsonDocument document) =>
        document.GetValueOrDefault("id") is { Type: BsonType.Binary } id && id.AsBinary.Span.Length == 16
            ? SessionId.Read(id.AsBinary.Span)
            : default;

    /// <summary>The session that a document like <c>lsid</c> names.</summary>
    public static SessionId Session(ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        while (reader.Read())
        {
            if (!reader.NameEquals("id"u8) || reader.Type != BsonType.Binary)
                continue;
            ReadOnlySpan<byte> id = reader.GetBinary(out _);
            return id.Length == 16 ? SessionId.Read(id) : default;
        }
        return default;
    }

    private static void MaxTime(ref BsonReader reader, int body, ref CommandView view)
    {
        long? value = reader.Type switch
        {
            BsonType.Int32 => reader.GetInt32(),
            BsonType.Int64 => reader.GetInt64(),
            // Out of range saturates; a server refuses such a value by itself.
            BsonType.Double => (long)reader.GetDouble(),
            _ => null,
        };
        if (value is not { } milliseconds)
            return;
        view.MaxTimeMS = milliseconds;
        view.MaxTimeType = reader.Type;
        view.MaxTimeOffset = body + reader.ValueOffset;
    }

    private static ByteRange Value(ref BsonReader reader, int body) =>
        new(body + reader.ValueOffset, reader.Value.Length);

    private static ByteRange Element(ref BsonReader reader, int body) =>
        new(body + reader.ElementOffset, reader.EndOffset - reader.ElementOffset);

    /// <summary>A string's value is its length (4 bytes), its bytes and a zero byte.</summary>
    private static ByteRange Text(ref BsonReader reader, int body) =>
        reader.Type == BsonType.String
            ? new ByteRange(body + reader.ValueOffset + 4, reader.Value.Length - 5)
            : default;
}
