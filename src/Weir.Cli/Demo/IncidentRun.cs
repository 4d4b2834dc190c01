using System.Text.Json;
using Weir.Sandbox;

namespace Weir.Cli.Demo;

/// <summary>
/// The first incident, once: an API and two workers as processes of their own, each a client of up to 100
/// connections under load, restarted again and again while the old ones still run and then die by
/// <c>kill -9</c>, against a server that allows 500 connections.
/// </summary>
internal sealed class IncidentRun(IncidentPlan plan, Action<string> progress)
{
    private static readonly string[] Roles = ["api", "call-scheduler", "call-window-scheduler"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ClientTally _tally = new();

    public async Task<IncidentResult> RunAsync(bool throughWeir, CancellationToken cancellationToken)
    {
        await using var server = await SandboxDeployment.StartAsync(plan.Sandbox);
        await using var weir = throughWeir
            ? await WeirProcess.StartAsync(server.ConnectionString, cancellationToken)
            : null;
        var uri = IncidentPlan.ClientUri(weir?.ConnectionString ?? server.ConnectionString);

        var connections = () => server.Members[0].Connections;
        var running = await StartClientsAsync(uri, cancellationToken);
        try
        {
            for (var restart = 1; restart <= plan.Restarts; restart++)
            {
                await Task.Delay(plan.Steady, cancellationToken);
                running.AddRange(await StartClientsAsync(uri, cancellationToken));
                await Task.Delay(plan.Overlap, cancellationToken);
                progress(
                    $"restart {restart} of {plan.Restarts}, old and new overlap: {Describe(connections())}"
                );
                await KillAsync(running, Roles.Length);
            }

            await Task.Delay(plan.Steady, cancellationToken);
            var after = connections().Current;
            await KillAsync(running, running.Count);
            return Result(connections(), after);
        }
        finally
        {
            await KillAsync(running, running.Count);
        }
    }

    // They are up when each has reported once.
    private async Task<List<ChildProcess>> StartClientsAsync(string uri, CancellationToken cancellationToken)
    {
        var clients = new List<ChildProcess>();
        var reported = new List<Task>();
        foreach (var role in Roles)
        {
            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            reported.Add(first.Task);
            clients.Add(
                ChildProcess.Start(line => OnLine(line, first), "demo-client", "--uri", uri, "--role", role)
            );
        }

        try
        {
            await Task.WhenAll(reported).WaitAsync(Patience, cancellationToken);
            return clients;
        }
        catch
        {
            await KillAsync(clients, clients.Count);
            throw;
        }
    }

    private void OnLine(string line, TaskCompletionSource first)
    {
        var report = JsonSerializer.Deserialize(line, ClientReportJson.Default.ClientReport)!;
        _tally.Add(report);
        if (report.Operations + report.Errors > 0)
        {
            first.TrySetResult();
        }
    }

    // The oldest first: they are the ones that a restart replaces.
    private static async Task KillAsync(List<ChildProcess> clients, int count)
    {
        var oldest = clients[..count];
        clients.RemoveRange(0, count);
        await Task.WhenAll(oldest.Select(client => client.DisposeAsync().AsTask()));
    }

    private string Describe(ConnectionCounters server) =>
        $"{server.Current} connections at the server, {server.Refused:N0} refused so far, {_tally.Operations:N0} operations";

    private IncidentResult Result(ConnectionCounters server, int after) =>
        new(
            server.Peak,
            after,
            server.TotalCreated,
            server.Refused,
            _tally.Operations,
            _tally.Errors,
            _tally.CommonestError,
            _tally.Percentile(0.50),
            _tally.Percentile(0.99)
        );
}
