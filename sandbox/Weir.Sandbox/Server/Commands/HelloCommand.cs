using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>hello and its old name isMaster: who the server is. Awaitable with topologyVersion, streamed with exhaustAllowed.</summary>
internal static class HelloCommand
{
    private static readonly string[] fields =
    [
        "client",
        "compression",
        "helloOk",
        "topologyVersion",
        "maxAwaitTimeMS",
        "saslSupportedMechs",
        "speculativeAuthenticate",
        "loadBalanced",
        "hostInfo",
        "internalClient",
        "forShell",
        "backpressure",
    ];

    private static readonly string[] compressions = ["snappy", "zlib", "zstd"];

    private const CommandTraits Traits =
        CommandTraits.BeforeAuthentication | CommandTraits.Handshake | CommandTraits.ApiV1;

    private static readonly CommandDefinition hello = new("hello", Traits, RunAsync, fields);

    private static readonly CommandDefinition isMaster = new("isMaster", Traits, RunAsync, fields)
    {
        Aliases = ["ismaster"],
    };

    public static IEnumerable<CommandDefinition> All => [hello, isMaster];

    /// <summary>Keeps the client metadata of a first hello: fail points look at the application's name already.</summary>
    public static void Introduce(CommandContext context)
    {
        if (context.Definition != hello && context.Definition != isMaster)
        {
            return;
        }

        var connection = context.Connection;
        var client = context.Arguments.Raw("client");
        if (!connection.IsIntroduced)
        {
            if (!client.IsNull)
            {
                context.Member.Connections.Introduce(connection, ClientMetadata.Parse(client));
            }

            connection.IsIntroduced = true;
        }
        else if (!client.IsNull && !IsStreaming(context))
        {
            throw new CommandError(
                186,
                "ClientMetadataCannotBeMutated",
                "The client metadata document may only be sent in the first hello"
            );
        }
    }

    private static async ValueTask<Reply> RunAsync(CommandContext context)
    {
        var state = await AwaitAsync(context);
        var reply = Describe(context, state);
        if (
            context.Arguments.Flag("loadBalanced")
            && context.Deployment.Options.Services is > 0 and var services
        )
        {
            // A server that is behind no load balancer takes no notice of the field.
            reply["serviceId"] = context.Deployment.ServiceIds[(int)(context.Connection.Id % services)];
        }

        Authenticate(context, reply);
        return new Reply(reply) { Next = Next(context, state) };
    }

    /// <summary>An exhaust hello asks again for whatever comes after what it was told.</summary>
    private static BsonDocument? Next(CommandContext context, HelloState state)
    {
        if (!context.Request.ExhaustAllowed || !context.Arguments.Has("topologyVersion"))
        {
            return null;
        }

        var next = context.Body.Clone();
        next["topologyVersion"] = state.TopologyVersion;
        return next;
    }

    /// <summary>The repeated run of an exhaust request bears the first one's metadata again.</summary>
    private static bool IsStreaming(CommandContext context) =>
        context.Request.ExhaustAllowed
        && context.Arguments.Has("topologyVersion")
        && context.Connection.IsStreamingHello;

    /// <summary>Waits until the topology differs from the version that the client knows, or its time is over.</summary>
    private static async ValueTask<HelloState> AwaitAsync(CommandContext context)
    {
        var arguments = context.Arguments;
        var version = arguments.Document("topologyVersion");
        var longest = arguments.Int64("maxAwaitTimeMS");
        if (version is null != longest is null)
        {
            throw new CommandError(
                version is null ? 31368 : 31371,
                "A request with a 'topologyVersion' must include 'maxAwaitTimeMS', and the other way round"
            );
        }

        if (version is null || longest is null)
        {
            return context.Member.Hello;
        }

        if (longest < 0)
        {
            throw new CommandError(31373, "'maxAwaitTimeMS' must be a non-negative integer");
        }

        context.Connection.IsStreamingHello = context.Request.ExhaustAllowed;
        var deadline = context.Operation.Elapsed + TimeSpan.FromMilliseconds(longest.Value);
        while (true)
        {
            var state = context.Member.Hello;
            if (!IsKnown(state, version))
            {
                return state;
            }

            if (!await context.Operation.WaitUntilAsync(state.Superseded, deadline))
            {
                return context.Member.Hello;
            }
        }
    }

    private static bool IsKnown(HelloState state, BsonDocument version)
    {
        var arguments = new Arguments(version, "topologyVersion");
        var process = arguments.Raw("processId");
        var counter = arguments.Int64("counter") ?? throw arguments.Missing("counter");
        if (!process.IsObjectId)
        {
            throw CommandError.TypeMismatch("'topologyVersion.processId' must be an ObjectId");
        }

        if (process.AsObjectId != state.ProcessId)
        {
            return false;
        }

        return counter <= state.Counter
            ? counter == state.Counter
            : throw new CommandError(
                31382,
                $"Received a topology version with counter: {counter} which is greater than the server topology version counter: {state.Counter}"
            );
    }

    private static BsonDocument Describe(CommandContext context, HelloState state)
    {
        var reply = new BsonDocument();
        if (context.Arguments.Flag("helloOk"))
        {
            reply["helloOk"] = true;
        }

        var hasVersion = context.Deployment.Options.HasTopologyVersion;
        if (hasVersion)
        {
            reply["topologyVersion"] = state.TopologyVersion;
        }

        var writable = context.Definition == hello ? "isWritablePrimary" : "ismaster";
        reply[writable] = context.Deployment.ReplicaSet is null || state.IsPrimary;
        if (context.Deployment.Options.IsRouter)
        {
            reply["msg"] = "isdbgrid";
        }
        else if (state.Set is { } set)
        {
            DescribeSet(context, reply, state, set);
        }

        reply["maxBsonObjectSize"] = ServerLimits.MaxDocumentSize;
        reply["maxMessageSizeBytes"] = ServerLimits.MaxMessageSize;
        reply["maxWriteBatchSize"] = ServerLimits.MaxWriteBatch;
        reply["localTime"] = context.Deployment.Time.GetUtcNow().UtcDateTime;
        reply["logicalSessionTimeoutMinutes"] = ServerLimits.SessionTimeoutMinutes;
        reply["connectionId"] = (int)context.Connection.Id;
        reply["minWireVersion"] = ServerLimits.MinWireVersion;
        reply["maxWireVersion"] = hasVersion ? ServerLimits.MaxWireVersion : ServerLimits.LastUnversioned;
        reply["readOnly"] = false;
        Compressors(context, reply);
        return reply;
    }

    private static void DescribeSet(
        CommandContext context,
        BsonDocument reply,
        HelloState state,
        ReplicaSetView set
    )
    {
        reply["secondary"] = !state.IsPrimary;
        reply["setName"] = set.Name;
        reply["setVersion"] = set.SetVersion;
        reply["hosts"] = new BsonArray(set.Hosts.Select(host => (BsonValue)host));
        if (set.Primary >= 0)
        {
            reply["primary"] = set.Hosts[set.Primary];
        }

        reply["me"] = context.Member.Address;
        if (context.Member.Tags.Count > 0)
        {
            reply["tags"] = new BsonDocument(
                context.Member.Tags.Select(tag => new BsonElement(tag.Key, tag.Value))
            );
        }

        if (state.IsPrimary)
        {
            reply["electionId"] = set.ElectionId;
        }

        var now = context.Deployment.Clock.Current;
        var opTime = new BsonDocument { ["ts"] = now, ["t"] = (long)set.Term };
        var date = DateTimeOffset.FromUnixTimeSeconds(now.Seconds).UtcDateTime;
        reply["lastWrite"] = new BsonDocument
        {
            ["opTime"] = opTime,
            ["lastWriteDate"] = date,
            ["majorityOpTime"] = opTime.Clone(),
            ["majorityWriteDate"] = date,
        };
    }

    private static void Compressors(CommandContext context, BsonDocument reply)
    {
        if (context.Arguments.Array("compression") is not { } asked)
        {
            return;
        }

        var common = new BsonArray();
        foreach (var name in asked)
        {
            if (name.IsString && compressions.Contains(name.AsString))
            {
                common.Add(name);
            }
        }

        if (common.Count > 0)
        {
            reply["compression"] = common;
        }
    }

    private static void Authenticate(CommandContext context, BsonDocument reply)
    {
        if (context.Arguments.String("saslSupportedMechs") is { } user)
        {
            reply["saslSupportedMechs"] = new BsonArray(
                context.Deployment.Users.MechanismsOf(user).Select(mechanism => (BsonValue)mechanism)
            );
        }

        if (
            context.Arguments.Document("speculativeAuthenticate") is { } first
            && context.Connection.Authentication.TrySpeculate(context.Deployment.Users, first) is { } answer
        )
        {
            reply["speculativeAuthenticate"] = answer;
        }
    }
}
