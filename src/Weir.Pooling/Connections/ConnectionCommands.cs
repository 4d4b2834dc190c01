using System.Buffers;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport.Framing;

namespace Weir.Pooling.Connections;

/// <summary>
/// Commands of Weir's own on a connection: documents in, documents out, and exceptions for what fails. Called, like
/// the connection itself, by its owner only.
/// </summary>
public static class ConnectionCommands
{
    /// <summary>Runs a command of Weir's own and returns its reply, whose <c>ok</c> is 1.</summary>
    /// <exception cref="CommandException">The server answered with an error; the connection is as good as before.</exception>
    /// <exception cref="ConnectionException">The connection broke; it is of no more use.</exception>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled: the connection was aborted, since half an exchange cannot be continued.
    /// </exception>
    public static async ValueTask<BsonDocument> RunCommandAsync(
        this ServerConnection connection,
        string database,
        BsonDocument command,
        CancellationToken cancellationToken
    ) =>
        (
            await connection.ExchangeAsync(database, command, exhaustAllowed: false, cancellationToken)
        ).Document;

    /// <summary>
    /// The same as <see cref="RunCommandAsync"/>, but the server may be allowed to go on sending replies (as it does
    /// to an awaitable <c>hello</c>): <see cref="CommandReply.MoreToCome"/> says whether it will.
    /// </summary>
    public static ValueTask<CommandReply> ExchangeAsync(
        this ServerConnection connection,
        string database,
        BsonDocument command,
        bool exhaustAllowed,
        CancellationToken cancellationToken
    )
    {
        var body = BodyOf(connection, database, command);
        var message = new ArrayBufferWriter<byte>();
        var flags = exhaustAllowed ? OpMsgFlags.ExhaustAllowed : OpMsgFlags.None;
        MessageWriter.WriteMsg(message, connection.NextRequestId(), 0, flags, body);
        return ReplyAsync(
            connection,
            NameOf(command),
            message.WrittenMemory,
            default,
            null,
            cancellationToken
        );
    }

    /// <summary>Reads the reply that the last one announced with <see cref="CommandReply.MoreToCome"/>.</summary>
    /// <exception cref="CommandException">It is an error.</exception>
    /// <exception cref="ConnectionException">The connection broke.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled: the connection was aborted.</exception>
    public static ValueTask<CommandReply> NextReplyAsync(
        this ServerConnection connection,
        string command,
        CancellationToken cancellationToken
    ) => ReplyAsync(connection, command, default, default, null, cancellationToken);

    /// <summary>
    /// The same as <see cref="RunCommandAsync"/> with documents that are passed on as they are: those of the request
    /// beside the command, those of a cursor's batch to <paramref name="takesBatch"/>.
    /// </summary>
    internal static ValueTask<CommandReply> ExchangeAsync(
        this ServerConnection connection,
        string database,
        BsonDocument command,
        RawSequence? sequence,
        BatchTaker? takesBatch,
        CancellationToken cancellationToken
    )
    {
        var body = BodyOf(connection, database, command);
        var message = new ArrayBufferWriter<byte>();
        if (sequence is { } documents)
        {
            MessageWriter.WriteMsgHead(
                message,
                connection.NextRequestId(),
                body,
                documents.Name,
                documents.Documents.Length
            );
        }
        else
        {
            MessageWriter.WriteMsg(message, connection.NextRequestId(), 0, OpMsgFlags.None, body);
        }
        var rest = sequence?.Documents ?? default;
        return ReplyAsync(
            connection,
            NameOf(command),
            message.WrittenMemory,
            rest,
            takesBatch,
            cancellationToken
        );
    }

    private static BsonDocument BodyOf(ServerConnection connection, string database, BsonDocument command)
    {
        connection.ThrowIfInExchange();

        var body = new BsonDocument(command) { ["$db"] = database };
        if (connection.ApiVersion is { } version && !body.Contains("apiVersion"))
        {
            body["apiVersion"] = version;
        }

        return body;
    }

    private static string NameOf(BsonDocument command) => command.Count > 0 ? command[0].Name : "";

    private static async ValueTask<CommandReply> ReplyAsync(
        ServerConnection connection,
        string command,
        ReadOnlyMemory<byte> request,
        ReadOnlyMemory<byte> documents,
        BatchTaker? takesBatch,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var registration = cancellationToken.UnsafeRegister(
            static (connection, token) =>
                ((ServerConnection)connection!).Abort(new OperationCanceledException(token)),
            connection
        );
        if (
            (
                !request.IsEmpty
                && !(
                    documents.IsEmpty
                        ? await connection.SendAsync(request)
                        : await connection.SendAsync(request, documents)
                )
            ) || await connection.ReceiveAsync() is not { Outcome: FrameOutcome.Frame } read
        )
        {
            throw connection.Rethrown(cancellationToken);
        }

        BsonDocument reply;
        try
        {
            var body = OpMsg.Parse(read.Frame.Span).Body;
            reply = takesBatch is null ? BsonDocument.Parse(body) : CursorBatch.Read(body, takesBatch);
        }
        catch (Exception exception) when (exception is WireFormatException or BsonFormatException)
        {
            connection.Abort(
                connection.Error($"the reply to {command} is not understood: {exception.Message}", exception)
            );
            throw connection.Rethrown(cancellationToken);
        }
        finally
        {
            read.Frame.Return();
        }

        if (reply.GetValueOrDefault("ok").ToBoolean())
        {
            return new(reply, connection.IsInExchange);
        }

        throw new CommandException(connection.Address, command, reply)
        {
            Stage = connection.Stage,
            ServiceId = connection.Hello.ServiceId,
        };
    }
}
