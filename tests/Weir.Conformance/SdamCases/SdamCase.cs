using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Protocol.Json;
using Weir.Transport;

namespace Weir.Conformance.SdamCases;

/// <summary>
/// A case of discovery: replies and errors in phases, told to a deployment whose monitors do not run, and what is
/// to be known after each.
/// </summary>
internal sealed class SdamCase : IAsyncDisposable
{
    private readonly MemoryNetwork _network = new();
    private readonly Deployment _deployment;
    private readonly Dictionary<ServerAddress, Server> _servers = [];
    private readonly List<TopologyEvent> _events = [];
    private readonly BsonDocument _case;

    private SdamCase(SpecFile file)
    {
        _case = Read(file).Only("description", "uri", "phases");
        _deployment = new Deployment(
            ConnectionString.Parse(_case["uri"].AsString),
            _network,
            new DeploymentOptions
            {
                // Nothing listens: pools are readied and cleared, but not populated.
                Pool = new PoolOptions { MaintenanceInterval = Timeout.InfiniteTimeSpan },
                TopologyEvents = _events.Add,
            }
        );
    }

    /// <summary>The cases of some suites, each a row that is named after its file and description.</summary>
    public static List<TheoryDataRow<string, string>> Rows(params string[] suites)
    {
        var rows = new List<TheoryDataRow<string, string>>();
        foreach (var suite in suites)
        {
            foreach (var file in SpecFiles.Find(suite))
            {
                var description = Read(file)["description"].AsString;
                rows.Add(new(suite, file.Name) { TestDisplayName = $"{suite}/{file.Case(description)}" });
            }
        }
        return rows;
    }

    public static async Task RunAsync(string suite, string name)
    {
        await using var test = new SdamCase(SpecFiles.Find(suite).Single(f => f.Name == name));
        test.Run();
    }

    public async ValueTask DisposeAsync()
    {
        await _deployment.DisposeAsync();
        await _network.DisposeAsync();
    }

    private static BsonDocument Read(SpecFile file) => ExtendedJson.Parse(File.ReadAllText(file.Path));

    private void Run()
    {
        foreach (var phase in _case.Documents("phases"))
        {
            phase.Only("description", "responses", "applicationErrors", "outcome");
            Remember();
            if (phase.TryGetValue("responses", out var responses))
            {
                foreach (var response in responses.AsArray)
                {
                    Respond(response.AsArray[0].AsString, response.AsArray[1].AsDocument);
                }
            }
            foreach (var error in phase.Documents("applicationErrors"))
            {
                Fail(error);
            }
            var outcome = phase["outcome"].AsDocument;
            if (outcome.Contains("events"))
            {
                TopologyEvents.AssertEqual(outcome.Only("events").Documents("events"), _events);
                _events.Clear();
            }
            else
            {
                TopologyOutcome.AssertEqual(outcome, _deployment);
            }
        }
    }

    // A server that was removed may still be heard of, from the monitor that it had.
    private void Remember()
    {
        foreach (var server in _deployment.Servers)
        {
            _servers[server.Address] = server;
        }
    }

    private void Respond(string source, BsonDocument reply)
    {
        var server = _servers[ServerAddress.Parse(source)];
        ServerCheck check;
        try
        {
            check =
                reply.Count == 0
                    ? throw new ConnectionException(server.Address, ConnectionStage.Exchange, "network error")
                    : ServerCheck.Answered(server.Address, reply, new RoundTripTimes(), TimeSpan.Zero);
        }
        catch (Exception e) when (e is ConnectionException or CommandException)
        {
            check = ServerCheck.Failed(server.Address, e, TimeSpan.Zero);
        }
        _deployment.State.OnChecked(server, check);
        Remember();
    }

    private void Fail(BsonDocument error)
    {
        error.Only("address", "generation", "maxWireVersion", "when", "type", "response");
        var server = _servers[ServerAddress.Parse(error["address"].AsString)];
        var generation = error.Number("generation") ?? server.Pool.GetGeneration();
        var established = error["when"].AsString switch
        {
            "beforeHandshakeCompletes" => false,
            "afterHandshakeCompletes" => true,
            var other => throw new InvalidDataException($"unknown time '{other}'"),
        };
        var type = error["type"].AsString;
        var failure = type switch
        {
            "command" when established => ServerFailure.Command(
                generation,
                FailurePhase.Established,
                error["response"].AsDocument
            ),
            "command" => OfHandshake(
                new CommandException(server.Address, "saslStart", error["response"].AsDocument),
                generation
            ),
            "network" or "timeout" when established => ServerFailure.Network(
                generation,
                FailurePhase.Established,
                new IOException(type),
                isTimeout: type == "timeout"
            ),
            // The opener labels what fails this early, because an overloaded server may have caused it.
            "network" or "timeout" => OfHandshake(
                new ConnectionException(server.Address, ConnectionStage.Hello, type)
                {
                    IsTimeout = type == "timeout",
                    Labels = ErrorLabels.Overload,
                },
                generation
            ),
            _ => throw new InvalidDataException($"unknown error '{type}'"),
        };
        _deployment.State.OnFailure(server, failure);
        Remember();
    }

    private static ServerFailure OfHandshake(Exception error, int generation)
    {
        var failure = ServerFailure.OfHandshake(new EstablishmentFailure(error, generation, null));
        Assert.NotNull(failure);
        return failure;
    }
}
