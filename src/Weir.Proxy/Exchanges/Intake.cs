using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Clients;
using Weir.Proxy.Commands;
using Weir.Proxy.Errors;
using Weir.Transport.Framing;

namespace Weir.Proxy.Exchanges;

/// <summary>From a message's bytes to a request that Weir understands: the one place that knows old forms.</summary>
internal static class Intake
{
    /// <summary>Brings the request into the form of an OP_MSG and scans it.</summary>
    /// <param name="x">The exchange; its request is replaced where the form changes.</param>
    /// <param name="mayCompress">Whether compression was agreed on.</param>
    /// <param name="reason">Why the client must be closed.</param>
    public static IntakeResult Receive(Exchange x, bool mayCompress, out string? reason)
    {
        reason = null;
        try
        {
            return Read(x, mayCompress, out reason);
        }
        catch (WireFormatException e)
        {
            reason = e.Message;
            return IntakeResult.Close;
        }
        catch (BsonFormatException e)
        {
            // The frame is sound, so the client can be told, and its next message found.
            x.View.RequestId = MessageHeader.Read(x.RequestBytes).RequestId;
            x.Error = new WeirError(ErrorCode.InvalidBSON, $"the command is not valid BSON: {e.Message}");
            return IntakeResult.Answered;
        }
    }

    private static IntakeResult Read(Exchange x, bool mayCompress, out string? reason)
    {
        reason = null;
        MessageHeader header = MessageHeader.Read(x.RequestBytes);
        if (header.OpCode == OpCode.Compressed)
        {
            if (!mayCompress)
                throw new WireFormatException("it compressed a message, which was not agreed on");
            if (!Decompress(x))
                return IntakeResult.Answered;
            header = MessageHeader.Read(x.RequestBytes);
        }
        switch (header.OpCode)
        {
            case OpCode.Msg:
                return Scan(x);
            case OpCode.Query:
                return Query(x);
            case OpCode.GetMore:
                x.View.RequestId = header.RequestId;
                x.SetReply(ReplyFrames.CreateQueryFailure(header.RequestId, Unsupported("OP_GET_MORE")));
                return IntakeResult.Answered;
            case OpCode.Insert or OpCode.Update or OpCode.Delete or OpCode.KillCursors:
                // These have no reply, so an error can't be said; silence would pass for success.
                reason =
                    $"it sent {NameOf(header.OpCode)}, which has no reply to put an error into and which servers since "
                    + "MongoDB 5.1 refuse too; use a driver that sends OP_MSG (of MongoDB 3.6 or newer)";
                return IntakeResult.Close;
            default:
                reason = $"it sent an unknown opcode, {(int)header.OpCode}";
                return IntakeResult.Close;
        }
    }

    /// <summary>As drivers' documentation writes it, so that it can be searched for.</summary>
    private static string NameOf(OpCode opCode) =>
        opCode == OpCode.KillCursors ? "OP_KILL_CURSORS" : $"OP_{opCode.ToString().ToUpperInvariant()}";

    private static IntakeResult Scan(Exchange x)
    {
        CommandScanner.Scan(x.RequestBytes, out x.View);
        if (x.View.IsUnacknowledged)
            x.Form = ReplyForm.Nothing;
        if (x.View.Name.IsEmpty)
        {
            x.Error = new WeirError(ErrorCode.FailedToParse, "the command is empty");
            return IntakeResult.Answered;
        }
        if (x.View.Kind.IsLocal())
            return IntakeResult.Local;
        if (x.Client.MustLogIn)
            return BeforeLogin(x);
        if (x.View.Kind == CommandKind.KillCursors || x.View.Kind.IsAboutSessions())
            return IntakeResult.Local;
        if (x.View.Database.IsEmpty)
        {
            x.Error = new WeirError(ErrorCode.NoDatabase, "the command has no $db, which names its database");
            return IntakeResult.Answered;
        }
        if (!EndsWork(x.View.Kind) && x.Client.Quotas.Request() is { } limit)
        {
            x.Error = x.Client.TooFast(limit);
            return IntakeResult.Answered;
        }
        x.RequestLength = RequestPatch.ClearFlags(x.RequestBytes, x.View.Flags);
        return IntakeResult.Forward;
    }

    /// <summary>Whatever is refused, this is not: it frees what others wait for.</summary>
    private static bool EndsWork(CommandKind kind) =>
        kind
            is CommandKind.CommitTransaction
                or CommandKind.AbortTransaction
                or CommandKind.KillCursors
                or CommandKind.EndSessions;

    /// <summary>A server answers these two to anybody; a stranger's are no reason to bother one.</summary>
    private static IntakeResult BeforeLogin(Exchange x)
    {
        if (x.View.Kind is CommandKind.Ping or CommandKind.EndSessions)
            return IntakeResult.Local;
        x.Error = Failures.NotLoggedIn(x.View.Name.Of(x.RequestBytes));
        return IntakeResult.Answered;
    }

    private static IntakeResult Query(Exchange x)
    {
        OpQuery query = OpQuery.Parse(x.RequestBytes);
        x.Form = ReplyForm.Reply;
        x.View.RequestId = query.Header.RequestId;
        if (!query.IsCommand)
        {
            x.SetReply(ReplyFrames.CreateQueryFailure(query.Header.RequestId, Unsupported("OP_QUERY")));
            return IntakeResult.Answered;
        }
        x.SetRequest(LegacyQuery.ToMsg(query));
        IntakeResult result = Scan(x);
        x.Form = ReplyForm.Reply;
        return result;
    }

    private static bool Decompress(Exchange x)
    {
        // A few bytes can become a thousand times as many: asked for before there are any.
        int length = OpCompressed.GetUnwrappedLength(x.RequestBytes);
        if (x.Client.MustLogIn && length > ClientConnection.SmallRequest)
            throw new WireFormatException($"it sent a message of {length} bytes before it logged in");
        if (!x.TryReserve(length))
        {
            x.View.RequestId = MessageHeader.Read(x.RequestBytes).RequestId;
            x.Error = Failures.NoRoom(x.BudgetCapacity);
            return false;
        }
        Frame whole = CompressedFrames.Unwrap(x.RequestBytes, out CompressorId compressor);
        x.Compressor = compressor;
        x.SetRequest(whole);
        return true;
    }

    private static BsonDocument Unsupported(string what)
    {
        BsonDocument error = new WeirError(
            ErrorCode.UnsupportedOpQueryCommand,
            $"{what} is not supported, only commands are; use a driver that sends OP_MSG"
        ).ToDocument();
        error["$err"] = error["errmsg"];
        return error;
    }
}
