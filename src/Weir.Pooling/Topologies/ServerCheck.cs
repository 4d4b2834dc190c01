using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Topologies;

/// <summary>The outcome of one check of a server.</summary>
/// <param name="Description">What the server is now taken for.</param>
/// <param name="Failure">Why the check failed; <see langword="null"/> when the server answered.</param>
internal sealed record ServerCheck(ServerDescription Description, Exception? Failure = null)
{
    /// <summary>Whether the network failed, not the command.</summary>
    public bool IsNetworkError => Failure is ConnectionException;

    /// <summary>Whether nothing was heard in time.</summary>
    public bool IsTimeout => Failure is ConnectionException { IsTimeout: true };

    /// <summary>The server answered.</summary>
    /// <exception cref="CommandException">With an error.</exception>
    /// <exception cref="FormatException">With something that cannot be read.</exception>
    public static ServerCheck Answered(
        ServerAddress address,
        BsonDocument reply,
        RoundTripTimes roundTrips,
        TimeSpan now
    )
    {
        if (reply.GetValueOrDefault("ok") is not { IsNumber: true } ok || !ok.ToBoolean())
        {
            throw new CommandException(address, "hello", reply);
        }
        return new ServerCheck(HelloParser.Parse(address, reply, roundTrips.Average, roundTrips.Min, now));
    }

    /// <summary>The server did not answer, or with an error.</summary>
    public static ServerCheck Failed(ServerAddress address, Exception failure, TimeSpan now) =>
        new(
            ServerDescription.Unknown(
                address,
                exception: failure,
                topologyVersion: failure is CommandException error ? TopologyVersion.Of(error.Reply) : null,
                now: now
            ),
            failure
        );
}
