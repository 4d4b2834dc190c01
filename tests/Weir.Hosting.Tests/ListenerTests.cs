using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Weir.Hosting.Listeners;
using Weir.Pooling;
using Weir.Pooling.Commands;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sandbox;
using Weir.Transport;

namespace Weir.Hosting.Tests;

public sealed class ListenerTests
{
    [Fact]
    public async Task A_driver_uses_the_destinations_pools_through_a_unix_socket()
    {
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddWeir(o =>
            o.Destinations["crm"] = new WeirDestinationOptions
            {
                ConnectionString = $"{sandbox.ConnectionString}?maxPoolSize=2&appName=shared",
            }
        );
        builder.Services.AddWeirListener(new WeirListenerOptions { Destination = "crm" });
        var host = builder.Build();
        await host.StartAsync(Stage.Token);
        var listener = host.Services.GetRequiredService<WeirListener>();

        var counted = await RunDriverAsync(listener.ConnectionString);
        var statistics = host.Services.GetRequiredService<IDestinations>().GetStatistics()[0];
        await host.StopAsync(Stage.Token);
        await ((IAsyncDisposable)host).DisposeAsync();

        Assert.Equal("50", counted);
        Assert.Equal(1, statistics.Leases);
        Assert.InRange(statistics.Created, 1, 2);
        await Stage.UntilAsync(
            () => sandbox.Members[0].Connections.Current == 0,
            "every connection is closed"
        );
    }

    [Fact]
    public async Task When_other_pools_take_the_place_of_its_own_it_goes_over_to_them()
    {
        await using var here = await SandboxDeployment.StartAsync(new SandboxOptions());
        await using var there = await SandboxDeployment.StartAsync(new SandboxOptions());
        var resolver = new Moving { Uri = Impatient(here) };
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IDestinationResolver>(resolver);
        builder.Services.AddWeir(_ => { });
        builder.Services.AddWeirListener(new WeirListenerOptions { Destination = "moving" });
        using var host = builder.Build();
        await host.StartAsync(Stage.Token);
        await using var network = Network.CreateDefault();
        var uri = host.Services.GetRequiredService<WeirListener>().ConnectionString;
        await using var client = new Deployment(ConnectionString.Parse(uri), network);
        await using var commands = new CommandRunner(client);
        client.Start();
        await CountAsync(commands);
        Assert.Equal(1, here.Members[0].CommandCount("count"));

        resolver.Uri = Impatient(there);
        await here.StopAsync(here.Members[0]);
        // After no quiet time at all each lease asks, and finds that the destination has moved.
        await using var lease = await host
            .Services.GetRequiredService<IDestinations>()
            .LeaseAsync("moving", Stage.Token);
        await CountAsync(commands);

        Assert.Equal(1, there.Members[0].CommandCount("count"));
        await lease.DisposeAsync();
        await host.StopAsync(Stage.Token);
    }

    private static string Impatient(SandboxDeployment sandbox) =>
        $"{sandbox.ConnectionString}?serverSelectionTimeoutMS=500";

    private static async Task CountAsync(CommandRunner commands) =>
        await commands.RunAsync(
            new CommandRequest("app", new BsonDocument("count", "people")) { Kind = CommandKind.Read },
            Stage.Token
        );

    private sealed class Moving : IDestinationResolver
    {
        public required string Uri { get; set; }

        public ValueTask<DestinationOptions?> ResolveAsync(
            string name,
            CancellationToken cancellationToken
        ) => new(new DestinationOptions { ConnectionString = Uri, QuietTime = TimeSpan.Zero });
    }

    // pymongo, with thirty threads at once; Debian's own Python, because its python3-pymongo belongs to that.
    private static async Task<string> RunDriverAsync(string uri)
    {
        const string Script = """
            import sys, concurrent.futures, pymongo
            client = pymongo.MongoClient(sys.argv[1], maxPoolSize=30)
            people = client.app.people
            with concurrent.futures.ThreadPoolExecutor(30) as pool:
                list(pool.map(lambda i: people.insert_one({"_id": i}), range(50)))
            print(people.count_documents({}), end="")
            client.close()
            """;
        using var process = Process.Start(
            new ProcessStartInfo("/usr/bin/python3", ["-c", Script, uri])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync(Stage.Token);
        var errors = process.StandardError.ReadToEndAsync(Stage.Token);
        await process.WaitForExitAsync(Stage.Token);
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }
}
