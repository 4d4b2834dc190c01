using Weir.Pooling.Pools;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>Tells of one attempt, if anybody listens and the command carries no secret.</summary>
internal readonly struct CommandTelling(
    CommandRunner runner,
    CommandRequest request,
    long operationId,
    PooledConnection connection
)
{
    private readonly Action<CommandEvent>? _listener = IsSensitive(request.Command)
        ? null
        : runner.CommandEvents;
    private readonly long _started = runner.Time.GetTimestamp();

    public void Started(BsonDocument command) =>
        Tell(new CommandEvent.Started(command) { Address = connection.Address });

    public void Succeeded(BsonDocument reply) =>
        Tell(new CommandEvent.Succeeded(Elapsed, reply) { Address = connection.Address });

    public void Failed(Exception failure) =>
        Tell(new CommandEvent.Failed(Elapsed, failure) { Address = connection.Address });

    private TimeSpan Elapsed => runner.Time.GetElapsedTime(_started);

    private void Tell(CommandEvent item) =>
        _listener?.Invoke(
            item with
            {
                CommandName = request.Name,
                DatabaseName = request.Database,
                OperationId = operationId,
                ConnectionId = connection.Id,
                ServerConnectionId = connection.Connection.Hello.ConnectionId,
                ServiceId = connection.ServiceId,
            }
        );

    private static bool IsSensitive(BsonDocument command) =>
        command.Count > 0
        && (
            command[0].Name.ToUpperInvariant()
                is "AUTHENTICATE"
                    or "SASLSTART"
                    or "SASLCONTINUE"
                    or "GETNONCE"
                    or "CREATEUSER"
                    or "UPDATEUSER"
                    or "COPYDBGETNONCE"
                    or "COPYDBSASLSTART"
                    or "COPYDB"
            || (
                command[0].Name.ToUpperInvariant() is "HELLO" or "ISMASTER"
                && command.Contains("speculativeAuthenticate")
            )
        );
}
