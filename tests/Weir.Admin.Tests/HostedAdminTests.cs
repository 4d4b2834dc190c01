using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Weir.Hosting;
using Weir.Hosting.Listeners;
using Weir.Hosting.Workers;
using Weir.Sandbox;

namespace Weir.Admin.Tests;

/// <summary>The admin server of a service that hosts Weir.</summary>
public sealed class HostedAdminTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_shows_its_workers_and_destinations()
    {
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        var ran = new Ran();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddSingleton(ran);
        builder.Services.AddWeir(o =>
            o.Destinations["crm"] = new() { ConnectionString = sandbox.ConnectionString }
        );
        builder.Services.AddWeirListener(new WeirListenerOptions { Destination = "crm" });
        builder.Services.AddWeirWorker<Sweeper>(o =>
        {
            o.Every = TimeSpan.FromHours(1);
            o.RunsAtStart = true;
        });
        builder.Services.AddWeirAdmin(new AdminSettings { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        using var host = builder.Build();
        await host.StartAsync(Token);
        await ran.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        using var http = new HttpClient();
        http.BaseAddress = host.Services.GetRequiredService<HostedAdmin>().Address;

        var worker = await OnlyRowAsync(http, "workers");
        var destination = await OnlyRowAsync(http, "destinations");
        await host.StopAsync(Token);

        Assert.Equal(("Sweeper", 1), ((string?)worker["name"], (int?)worker["runs"]));
        Assert.Equal("every 01:00:00", (string?)worker["schedule"]);
        Assert.Equal(
            ("crm", "open", 1),
            ((string?)destination["name"], (string?)destination["state"], (int?)destination["leases"])
        );
        await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            http.GetStringAsync("/api/v1/workers", Token)
        );
    }

    [Fact]
    public async Task Without_a_listener_it_says_what_is_missing()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddWeir(_ => { });
        builder.Services.AddWeirAdmin(new AdminSettings { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Token));

        Assert.Contains("AddWeirListener", error.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> OnlyRowAsync(HttpClient http, string table)
    {
        var answer = JsonNode.Parse(await http.GetStringAsync($"/api/v1/{table}", Token))!;
        return Assert.Single(answer["items"]!.AsArray())!;
    }

    private sealed class Ran : TaskCompletionSource;

    private sealed class Sweeper(Ran ran) : IWeirWorker
    {
        public Task RunAsync(WorkerRun run, CancellationToken cancellationToken)
        {
            ran.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
