using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Hosting.Tests;

public sealed class OptionsTests
{
    [Fact]
    public async Task A_host_with_mistakes_in_its_configuration_does_not_start_and_lists_them_all()
    {
        using var host = HostOf(
            new()
            {
                ["Weir:MaxConnections"] = "-1",
                ["Weir:DrainTimeout"] = "-00:00:01",
                ["Weir:Destinations:crm:ConnectionString"] = "mongodb://ann:hush@db1:noport/",
                ["Weir:Destinations:crm:IdleTimeout"] = "00:00:00",
                ["Weir:Destinations:shop:QuietTime"] = "00:01:00",
                ["Weir:ProtectionKey"] = "hush",
            }
        );

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Stage.Token));

        Assert.Equal(
            [
                "Weir:MaxConnections",
                "Weir:DrainTimeout",
                "Weir:ProtectionKey, EarlierProtectionKeys",
                "Weir:Destinations:crm:ConnectionString",
                "Weir:Destinations:crm:IdleTimeout",
                "Weir:Destinations:shop:ConnectionString",
            ],
            error.Failures.Select(f => f[..f.IndexOf(": ", StringComparison.Ordinal)])
        );
        Assert.DoesNotContain("hush", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configured_destination_is_leased_checked_and_closed_with_the_host()
    {
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        using var host = HostOf(
            new() { ["Weir:Destinations:crm:ConnectionString"] = sandbox.ConnectionString },
            s =>
                s.AddHealthChecks()
                    .AddWeirDestination("crm")
                    .AddWeirDestination("nowhere", HealthStatus.Degraded)
        );
        await host.StartAsync(Stage.Token);
        var destinations = host.Services.GetRequiredService<IDestinations>();

        await using (var lease = await destinations.LeaseAsync("crm", Stage.Token))
        {
            await lease.RunCommandAsync("app", new BsonDocument("ping", 1), Stage.Token);
        }
        var report = await host
            .Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(Stage.Token);
        await host.StopAsync(Stage.Token);
        await ((IAsyncDisposable)host).DisposeAsync();

        Assert.Equal(HealthStatus.Healthy, report.Entries["weir:crm"].Status);
        Assert.Equal("Open", report.Entries["weir:crm"].Data["state"]);
        Assert.Equal(HealthStatus.Degraded, report.Entries["weir:nowhere"].Status);
        await Stage.UntilAsync(
            () => sandbox.Members[0].Connections.Current == 0,
            "every connection is closed"
        );
    }

    [Fact]
    public async Task Connection_strings_may_be_protected_with_data_protection()
    {
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        var provider = new EphemeralDataProtectionProvider();
        var stored = new DataProtectionProtection(provider).Protect("crm", sandbox.ConnectionString);
        await using var host = (IAsyncDisposable)HostOf(
            new() { ["Weir:Destinations:crm:ConnectionString"] = stored },
            s => s.AddSingleton<IDataProtectionProvider>(provider).AddWeirDataProtection()
        );
        await ((IHost)host).StartAsync(Stage.Token);

        await using var lease = await ((IHost)host)
            .Services.GetRequiredService<IDestinations>()
            .LeaseAsync("crm", Stage.Token);

        await lease.RunCommandAsync("app", new BsonDocument("ping", 1), Stage.Token);
    }

    private static IHost HostOf(
        Dictionary<string, string?> configuration,
        Action<IServiceCollection>? configure = null
    )
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.Services.AddLogging();
        builder.Services.AddWeir(builder.Configuration);
        configure?.Invoke(builder.Services);
        return builder.Build();
    }
}
