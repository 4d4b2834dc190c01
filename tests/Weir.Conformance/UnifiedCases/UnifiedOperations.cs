using Weir.Pooling.Commands;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>Runs operations and compares their results; those of the test runner itself are here.</summary>
internal sealed class UnifiedOperations(
    UnifiedEntities entities,
    UnifiedMatch match,
    Func<BsonValue, Task> create
)
{
    public Task RunAsync(BsonDocument operation) => RunAsync(operation, isInCallback: false);

    // What fails in the callback of a transaction is for whoever called it, expected or not.
    private async Task RunAsync(BsonDocument operation, bool isInCallback)
    {
        Known.Fields(
            operation,
            "operation",
            "name",
            "object",
            "arguments",
            "expectResult",
            "expectError",
            "saveResultAsEntity",
            "ignoreResultAndError"
        );
        var name = operation["name"].AsString;
        var arguments = new UnifiedArguments(name, operation.GetValueOrDefault("arguments"));
        var isIgnored = operation.GetValueOrDefault("ignoreResultAndError").ToBoolean();
        object? result;
        try
        {
            result = await RunAsync(name, operation["object"].AsString, arguments);
        }
        catch (Exception e) when (e is not InvalidDataException and not Xunit.Sdk.IAssertionException)
        {
            if (isInCallback && isIgnored)
            {
                throw;
            }
            if (isIgnored)
            {
                return;
            }
            var isExpected = operation.TryGetValue("expectError", out var expected);
            if (isExpected)
            {
                UnifiedError.Assert(e, expected.AsDocument, match);
            }
            if (isInCallback)
            {
                throw;
            }
            if (!isExpected)
            {
                throw new InvalidOperationException($"{name} failed: {e.Message}", e);
            }
            return;
        }
        Assert.False(operation.Contains("expectError"), $"{name} was to fail, and did not");
        if (operation.TryGetValue("saveResultAsEntity", out var id))
        {
            entities.Add(id.AsString, result!);
        }
        if (!isIgnored && operation.TryGetValue("expectResult", out var wanted))
        {
            Assert.Null(
                match.Difference(wanted, result is BsonValue value ? value : default(BsonValue?), true, name)
            );
        }
    }

    /// <summary>Why an event is not the expected one; null when it is.</summary>
    public string? Difference(BsonDocument expected, UnifiedEvent actual)
    {
        var (name, fields) = Assert.Single(expected);
        if (name != actual.Name)
        {
            return $"{actual.Name} instead of {name}";
        }
        foreach (var (field, value) in fields.AsDocument)
        {
            if (!actual.Fields.TryGetValue(field, out var found))
            {
                throw new InvalidDataException($"{name}: the field '{field}' is unknown to the runner");
            }
            if (match.Difference(value, found, true, field) is { } difference)
            {
                return difference;
            }
        }
        return null;
    }

    private Task<object?> RunAsync(string name, string target, UnifiedArguments arguments) =>
        target == "testRunner"
            ? RunOwnAsync(name, arguments)
            : entities[target] switch
            {
                UnifiedTarget { Collection: not null } collection => new UnifiedCollectionOperations(
                    entities,
                    collection
                ).RunAsync(name, arguments),
                UnifiedTarget database => new UnifiedDatabaseOperations(entities, database).RunAsync(
                    name,
                    arguments
                ),
                UnifiedClient client => new UnifiedClientOperations(entities, client).RunAsync(
                    name,
                    arguments
                ),
                UnifiedSession session => WithoutResult(
                    UnifiedTransactions.RunAsync(
                        name,
                        session,
                        arguments,
                        o => RunAsync(o, isInCallback: true)
                    )
                ),
                CommandCursor cursor => RunAsync(name, cursor),
                var other => throw new InvalidDataException($"{other} has no operation '{name}'"),
            };

    private static async Task<object?> RunAsync(string name, CommandCursor cursor)
    {
        switch (name)
        {
            case "iterateUntilDocumentOrError":
                return await cursor.NextAsync() is { } next ? (BsonValue)next : default(BsonValue?);
            case "iterateOnce":
                return await cursor.TryNextAsync() is { } once ? (BsonValue)once : default(BsonValue?);
            case "close":
                await cursor.DisposeAsync();
                return null;
            default:
                throw new InvalidDataException($"the cursor's operation '{name}' is unknown to the runner");
        }
    }

    private static async Task<object?> WithoutResult(Task task)
    {
        await task;
        return null;
    }

    private UnifiedClient Client(UnifiedArguments arguments) => entities.Client(arguments["client"].AsString);

    private async Task<object?> RunOwnAsync(string name, UnifiedArguments arguments)
    {
        switch (name)
        {
            case "createEntities":
                await create(arguments["entities"]);
                break;
            case "failPoint":
                await Client(arguments)
                    .Runner.RunAsync(new CommandRequest("admin", arguments["failPoint"].AsDocument));
                break;
            case "targetedFailPoint":
                var pinned = entities.Session(arguments["session"].AsString);
                await pinned.Client.Runner.RunAsync(
                    new CommandRequest("admin", arguments["failPoint"].AsDocument)
                    {
                        Server = pinned.Session.Server,
                    }
                );
                break;
            case "wait":
                await Task.Delay(TimeSpan.FromMilliseconds(arguments["ms"].ToInt64()));
                break;
            case "waitForEvent":
                await WaitForEventAsync(arguments);
                break;
            case "assertEventCount":
                Assert.Equal(arguments["count"].ToInt32(), Count(arguments));
                break;
            case "runOnThread":
                var operation = arguments["operation"].AsDocument;
                entities.Get<UnifiedThread>(arguments["thread"].AsString).Add(() => RunAsync(operation));
                break;
            case "waitForThread":
                await entities.Get<UnifiedThread>(arguments["thread"].AsString).JoinAsync();
                break;
            case "recordTopologyDescription":
                entities.Add(arguments["id"].AsString, Client(arguments).Deployment.Topology);
                break;
            case "assertTopologyType":
                Assert.Equal(
                    arguments["topologyType"].AsString,
                    entities
                        .Get<TopologyDescription>(arguments["topologyDescription"].AsString)
                        .Type.ToString()
                );
                break;
            case "waitForPrimaryChange":
                await WaitForPrimaryAsync(arguments);
                break;
            case "assertNumberConnectionsCheckedOut":
                Assert.Equal(arguments["connections"].ToInt32(), Client(arguments).CheckedOut);
                break;
            case "assertSameLsidOnLastTwoCommands":
                Assert.Single(LastSessions(arguments).Distinct());
                break;
            case "assertDifferentLsidOnLastTwoCommands":
                Assert.Equal(2, LastSessions(arguments).Distinct().Count());
                break;
            case "assertSessionTransactionState":
                Assert.Equal(
                    arguments["state"].AsString,
                    StateOf(entities.Session(arguments["session"].AsString).Session)
                );
                break;
            case "assertSessionDirty":
                Assert.True(entities.Session(arguments["session"].AsString).Session.IsDirty);
                break;
            case "assertSessionNotDirty":
                Assert.False(entities.Session(arguments["session"].AsString).Session.IsDirty);
                break;
            case "assertSessionPinned":
                Assert.NotNull(entities.Session(arguments["session"].AsString).Session.Server);
                break;
            case "assertSessionUnpinned":
                Assert.Null(entities.Session(arguments["session"].AsString).Session.Server);
                break;
            default:
                throw new InvalidDataException($"the operation '{name}' is unknown to the runner");
        }
        arguments.AssertAllKnown();
        return null;
    }

    private async Task WaitForEventAsync(UnifiedArguments arguments)
    {
        var (client, count, wanted) = (
            Client(arguments),
            arguments["count"].ToInt32(),
            arguments["event"].AsDocument
        );
        await client.UntilAsync(
            () => client.Events.Count(e => Difference(wanted, e) is null) >= count,
            $"{count} of {wanted}"
        );
    }

    private int Count(UnifiedArguments arguments)
    {
        var wanted = arguments["event"].AsDocument;
        return Client(arguments).Events.Count(e => Difference(wanted, e) is null);
    }

    private async Task WaitForPrimaryAsync(UnifiedArguments arguments)
    {
        var client = Client(arguments);
        var before = entities
            .Get<TopologyDescription>(arguments["priorTopologyDescription"].AsString)
            .Primary?.Address;
        var patience = TimeSpan.FromMilliseconds(arguments.Optional("timeoutMS")?.ToInt64() ?? 10_000);
        await client
            .UntilAsync(
                () => client.Deployment.Topology.Primary is { } primary && primary.Address != before,
                "another primary"
            )
            .WaitAsync(patience);
    }

    private IEnumerable<BsonValue> LastSessions(UnifiedArguments arguments) =>
        Client(arguments)
            .Events.Where(e => e.Name == "commandStartedEvent")
            .TakeLast(2)
            .Select(e => e.Fields["command"].AsDocument["lsid"]);

    private static string StateOf(CommandSession session) =>
        session.Transaction switch
        {
            TransactionState.InProgress => "in_progress",
            var state => state.ToString().ToLowerInvariant(),
        };
}
