using Weir.Pooling;
using Weir.Pooling.Commands;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Sandbox;
using Weir.Transport;

namespace Weir.Conformance.UnifiedCases;

/// <summary>One case from its first entity to its last assertion, on one event loop.</summary>
internal sealed class UnifiedRun
{
    // One loop: connections never change loops, and neither do the cases' steps.
    private static readonly Network s_network = EpollNetwork.IsSupported
        ? LoopNetwork.Create(1)
        : Network.CreateDefault();

    private readonly UnifiedCase _case;
    private readonly UnifiedShape _shape;
    private readonly SandboxDeployment _sandbox;
    private readonly UnifiedEntities _entities = new();
    private readonly UnifiedMatch _match;
    private readonly UnifiedOperations _operations;

    private UnifiedRun(UnifiedCase item, UnifiedShape shape, SandboxDeployment sandbox)
    {
        _case = item;
        _shape = shape;
        _sandbox = sandbox;
        _match = new UnifiedMatch(_entities);
        _operations = new UnifiedOperations(_entities, _match, CreateAsync);
    }

    public static async Task RunAsync(UnifiedCase item, UnifiedShape shape)
    {
        await using var sandbox = await shape.StartAsync(item.UsesManyRouters ? 2 : 1);
        var run = new UnifiedRun(item, shape, sandbox);
        await s_network.RunAsync(run.RunAsync);
    }

    private async Task RunAsync()
    {
        Known.Fields(
            _case.Test,
            _case.Name,
            "description",
            "runOnRequirements",
            "skipReason",
            "operations",
            "expectEvents",
            "expectLogMessages",
            "outcome"
        );
        try
        {
            await SeedAsync();
            await CreateAsync(_case.Document.GetValueOrDefault("createEntities"));
            foreach (var operation in _case.Test["operations"].AsArray)
            {
                await _operations.RunAsync(operation.AsDocument);
            }
            AssertEvents();
            AssertMessages();
        }
        finally
        {
            foreach (var cursor in _entities.Cursors)
            {
                await cursor.DisposeAsync();
            }
            foreach (var client in _entities.Clients)
            {
                await client.CloseAsync();
            }
        }
        await AssertOutcomeAsync();
    }

    private async Task SeedAsync()
    {
        if (_case.Document.GetValueOrDefault("initialData") is not { IsArray: true } data)
        {
            return;
        }
        await WithServerAsync(async server =>
        {
            foreach (var item in data.AsArray)
            {
                var collection = item.AsDocument;
                Known.Fields(
                    collection,
                    "initialData",
                    "collectionName",
                    "databaseName",
                    "createOptions",
                    "documents"
                );
                var name = collection["collectionName"];
                var database = collection["databaseName"].AsString;
                var create = new BsonDocument { ["create"] = name };
                if (collection.TryGetValue("createOptions", out var options))
                {
                    foreach (var element in options.AsDocument)
                    {
                        create[element.Name] = element.Value;
                    }
                }
                await server.RunCommandAsync(database, create);
                if (collection["documents"].AsArray.Count > 0)
                {
                    await server.RunCommandAsync(
                        database,
                        new BsonDocument { ["insert"] = name, ["documents"] = collection["documents"] }
                    );
                }
            }
        });
    }

    private async Task AssertOutcomeAsync()
    {
        if (_case.Test.GetValueOrDefault("outcome") is not { IsArray: true } outcome)
        {
            return;
        }
        await WithServerAsync(async server =>
        {
            foreach (var item in outcome.AsArray)
            {
                var collection = item.AsDocument;
                Known.Fields(collection, "outcome", "collectionName", "databaseName", "documents");
                var reply = await server.RunCommandAsync(
                    collection["databaseName"].AsString,
                    new BsonDocument
                    {
                        ["find"] = collection["collectionName"],
                        ["sort"] = new BsonDocument { ["_id"] = 1 },
                        ["batchSize"] = 1000,
                    }
                );
                var found = reply["cursor"].AsDocument["firstBatch"];
                Assert.Null(_match.Difference(collection["documents"], found, false, "outcome"));
            }
        });
    }

    private async Task WithServerAsync(Func<Server, Task> work)
    {
        var client = new UnifiedClient(
            s_network,
            _shape.Uri(_sandbox, []),
            new BsonDocument { ["id"] = "setup" }
        );
        try
        {
            var server = await client.Deployment.SelectServerAsync(ReadPreference.Primary, write: true);
            // Whatever a case has left there.
            await server.RunCommandAsync(
                "admin",
                new BsonDocument { ["configureFailPoint"] = "failCommand", ["mode"] = "off" }
            );
            await work(server);
        }
        finally
        {
            await client.CloseAsync();
        }
    }

    private async Task CreateAsync(BsonValue entities)
    {
        if (!entities.IsArray)
        {
            return;
        }
        foreach (var item in entities.AsArray)
        {
            var (kind, value) = Assert.Single(item.AsDocument);
            var entity = value.AsDocument;
            _entities.Add(entity["id"].AsString, await CreateAsync(kind, entity));
        }
    }

    private async Task<object> CreateAsync(string kind, BsonDocument entity)
    {
        switch (kind)
        {
            case "client":
                return await CreateClientAsync(entity);
            case "database":
                Known.Fields(entity, kind, "id", "client", "databaseName", "databaseOptions");
                return Target(_entities.Client(entity["client"].AsString), entity["databaseName"].AsString)
                    .With(entity.GetValueOrDefault("databaseOptions"), kind);
            case "collection":
                Known.Fields(entity, kind, "id", "database", "collectionName", "collectionOptions");
                var database = _entities.Get<UnifiedTarget>(entity["database"].AsString);
                return (database with { Collection = entity["collectionName"].AsString }).With(
                    entity.GetValueOrDefault("collectionOptions"),
                    kind
                );
            case "session":
                Known.Fields(entity, kind, "id", "client", "sessionOptions");
                return UnifiedTransactions.Create(_entities.Client(entity["client"].AsString), entity);
            case "thread":
                Known.Fields(entity, kind, "id");
                return new UnifiedThread();
            default:
                throw new InvalidDataException($"the entity '{kind}' is unknown to the runner");
        }
    }

    private async Task<UnifiedClient> CreateClientAsync(BsonDocument entity)
    {
        var options = entity.GetValueOrDefault("uriOptions") is { IsDocument: true } given
            ? given.AsDocument.Select(e => KeyValuePair.Create(e.Name, Text(e)))
            : [];
        var client = new UnifiedClient(
            s_network,
            _shape.Uri(_sandbox, options, entity.GetValueOrDefault("useMultipleMongoses").ToBoolean()),
            entity
        );
        if (entity.GetValueOrDefault("awaitMinPoolSizeMS") is { IsNumber: true })
        {
            var least = client.Deployment.ConnectionString.MinPoolSize ?? 0;
            await client.UntilAsync(
                () =>
                    client.Deployment.Topology.Servers.Any(s => s.IsDataBearing)
                    && client
                        .Deployment.Servers.Where(s => s.Description.IsDataBearing)
                        .All(s => s.Pool.Statistics.Available >= least),
                "minPoolSize"
            );
            client.Forget();
        }
        return client;
    }

    private static UnifiedTarget Target(UnifiedClient client, string database)
    {
        var uri = client.Deployment.ConnectionString;
        return new UnifiedTarget(client, database, null)
        {
            ReadConcern = uri.ReadConcern.IsServerDefault ? null : uri.ReadConcern.ToDocument(),
            WriteConcern = uri.WriteConcern.IsServerDefault ? null : uri.WriteConcern.ToDocument(),
            ReadPreference = uri.ReadPreference is { } mode
                ? UnifiedTarget.Parse(new BsonDocument { ["mode"] = mode })
                : null,
        };
    }

    private static string Text(BsonElement option)
    {
        if (!option.Value.IsDocument || !option.Value.AsDocument.Contains("$$placeholder"))
        {
            return Text(option.Value);
        }
        if (option.Name != "authMechanismProperties")
        {
            throw new InvalidDataException(
                $"a placeholder for the option {option.Name} is unknown to the runner"
            );
        }
        return OidcToken.Provide();
    }

    private static string Text(BsonValue value) =>
        value.IsString ? value.AsString
        : value.Type == BsonType.Boolean
            ? value.AsBoolean ? "true"
                : "false"
        : value.IsNumber ? value.ToInt64().ToString(System.Globalization.CultureInfo.InvariantCulture)
        : value.IsDocument ? string.Join(',', value.AsDocument.Select(e => $"{e.Name}:{Text(e.Value)}"))
        : value.IsArray ? string.Join(',', value.AsArray.Select(Text))
        : throw new InvalidDataException($"the URI option's value {value} is unknown to the runner");

    private void AssertEvents()
    {
        if (_case.Test.GetValueOrDefault("expectEvents") is not { IsArray: true } lists)
        {
            return;
        }
        foreach (var item in lists.AsArray)
        {
            var list = item.AsDocument;
            Known.Fields(list, "expectEvents", "client", "eventType", "events", "ignoreExtraEvents");
            var kind = list.GetValueOrDefault("eventType") is { IsString: true } named
                ? named.AsString
                : "command";
            var observed = _entities
                .Client(list["client"].AsString)
                .Events.Where(e => e.Kind == kind)
                .ToList();
            var expected = list["events"].AsArray;
            var story = $"\nexpected: {expected}\nobserved: {string.Join("\n  ", observed)}";
            for (var i = 0; i < expected.Count; i++)
            {
                Assert.True(i < observed.Count, $"only {observed.Count} {kind} events{story}");
                var difference = _operations.Difference(expected[i].AsDocument, observed[i]);
                Assert.True(difference is null, $"{kind} event {i}: {difference}{story}");
            }
            if (!list.GetValueOrDefault("ignoreExtraEvents").ToBoolean())
            {
                Assert.True(observed.Count == expected.Count, $"more {kind} events than expected{story}");
            }
        }
    }

    private void AssertMessages()
    {
        if (_case.Test.GetValueOrDefault("expectLogMessages") is not { IsArray: true } lists)
        {
            return;
        }
        foreach (var item in lists.AsArray)
        {
            var list = item.AsDocument;
            Known.Fields(
                list,
                "expectLogMessages",
                "client",
                "messages",
                "ignoreMessages",
                "ignoreExtraMessages"
            );
            var ignored = list.GetValueOrDefault("ignoreMessages") is { IsArray: true } some
                ? some.AsArray
                : [];
            var observed = _entities
                .Client(list["client"].AsString)
                .Messages.Where(m =>
                    ignored.All(i => UnifiedMessage.Difference(i.AsDocument, m, _match) is not null)
                )
                .ToList();
            var expected = list["messages"].AsArray;
            var story = $"\nobserved: {string.Join("\n  ", observed)}";
            for (var i = 0; i < expected.Count; i++)
            {
                Assert.True(i < observed.Count, $"only {observed.Count} messages{story}");
                var difference = UnifiedMessage.Difference(expected[i].AsDocument, observed[i], _match);
                Assert.True(difference is null, $"message {i}: {difference}{story}");
            }
            if (!list.GetValueOrDefault("ignoreExtraMessages").ToBoolean())
            {
                Assert.True(observed.Count == expected.Count, $"more messages than expected{story}");
            }
        }
    }
}
