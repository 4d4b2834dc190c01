using System.Net;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;

namespace Weir.Proxy.Hello;

/// <summary>
/// Says what Weir is, on behalf of the deployment behind one listener. Thread-safe.
/// </summary>
/// <remarks>
/// <para>Whatever it has said once it goes on to be: a driver that was told of a mongos drops a server that turns
/// out to be a standalone, so the choice is made with the first answer and kept.</para>
/// <para>While no server is known the last facts stand, and the defaults before the first: a hello is answered
/// even while the deployment is down, so that clients keep their connections.</para>
/// </remarks>
internal sealed class HelloResponder(
    Presentation presentation,
    string? setName,
    string? advertised,
    IReadOnlyList<string> compressors,
    Func<TopologyDescription> topology,
    TimeProvider time
)
{
    private readonly Lock _lock = new();
    private readonly ObjectId _process = ObjectId.New(time);
    private readonly ObjectId _service = ObjectId.New(time);
    private DeploymentFacts _facts = DeploymentFacts.Default;
    private bool? _asStandalone;
    private long _counter;

    /// <summary>Whether a server has been seen, so that the answer is more than a guess.</summary>
    public bool IsInformed => Look().Facts.IsKnown;

    /// <summary>Whether <paramref name="request"/> knows already what would be answered, and so may wait.</summary>
    public bool IsUpToDate(HelloRequest request) =>
        request.TopologyVersion is var (process, counter) && process == _process && counter >= Look().Counter;

    /// <summary>The answer to <paramref name="request"/>, from the connection with that number.</summary>
    public BsonDocument Answer(HelloRequest request, long connectionId, EndPoint? local)
    {
        (DeploymentFacts facts, long counter) = Look();
        var reply = new BsonDocument(20);
        if (request.HelloOk)
            reply["helloOk"] = true;
        reply[request.IsLegacy ? "ismaster" : "isWritablePrimary"] = true;
        // A load balancer's clients demand a mongos behind it.
        if (presentation == Presentation.ReplicaSet && !request.LoadBalanced)
            AddReplicaSet(reply, local);
        else if (request.LoadBalanced || !PresentAsStandalone(facts))
            reply["msg"] = "isdbgrid";
        reply["topologyVersion"] = new BsonDocument { ["processId"] = _process, ["counter"] = counter };
        if (request.LoadBalanced)
            reply["serviceId"] = _service;
        reply["maxBsonObjectSize"] = facts.MaxBsonObjectSize;
        reply["maxMessageSizeBytes"] = facts.MaxMessageSizeBytes;
        reply["maxWriteBatchSize"] = facts.MaxWriteBatchSize;
        reply["localTime"] = time.GetUtcNow().UtcDateTime;
        if (facts.LogicalSessionTimeoutMinutes is { } minutes)
            reply["logicalSessionTimeoutMinutes"] = minutes;
        // MongoDB's connection ids are 32 bits wide, and some drivers read no more.
        reply["connectionId"] = (int)(connectionId & int.MaxValue);
        reply["minWireVersion"] = 0;
        reply["maxWireVersion"] = facts.MaxWireVersion;
        reply["readOnly"] = false;
        string[] agreed = [.. request.Compressors.Where(compressors.Contains)];
        if (agreed.Length > 0)
            reply["compression"] = new BsonArray(agreed.Select(name => (BsonValue)name));
        reply["ok"] = 1.0;
        return reply;
    }

    private void AddReplicaSet(BsonDocument reply, EndPoint? local)
    {
        string me = advertised ?? local?.ToString() ?? "localhost:27017";
        reply["secondary"] = false;
        reply["setName"] = setName;
        reply["setVersion"] = 1;
        reply["hosts"] = new BsonArray { me };
        reply["primary"] = me;
        reply["me"] = me;
        // Begins with the time of this process's start, so a driver takes a restarted Weir for the newer primary.
        reply["electionId"] = _process;
    }

    private bool PresentAsStandalone(DeploymentFacts facts)
    {
        lock (_lock)
            return _asStandalone ??= presentation == Presentation.Automatic && facts.IsStandalone;
    }

    private (DeploymentFacts Facts, long Counter) Look()
    {
        DeploymentFacts? now = DeploymentFacts.Of(topology());
        lock (_lock)
        {
            if (now is not null && now != _facts)
            {
                _facts = now;
                _counter++;
            }
            return (_facts, _counter);
        }
    }
}
