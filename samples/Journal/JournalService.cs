using Weir.Hosting;
using Weir.Hosting.Leaders;
using Weir.Hosting.Queues;
using Weir.Samples.Journal.Calls;
using Weir.Samples.Journal.Providers;

namespace Weir.Samples.Journal;

/// <summary>Puts the service together: one process, one pool, and its workers in it.</summary>
internal static class JournalService
{
    public static WebApplication Create(string[] arguments)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = arguments, ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Services.AddOptions<JournalOptions>().BindConfiguration("Journal");
        var options = builder.Configuration.GetSection("Journal").Get<JournalOptions>() ?? new();
        AddServices(builder.Services, builder.Configuration, options);
        builder.Services.AddOpenApi();
        var app = builder.Build();
        if (options.Has("api"))
        {
            app.UseDefaultFiles();
            app.UseStaticFiles();
            app.MapOpenApi();
            JournalApi.Map(app);
        }
        app.MapHealthChecks("/health");
        return app;
    }

    private static void AddServices(
        IServiceCollection services,
        IConfiguration configuration,
        JournalOptions options
    )
    {
        services.AddWeir(configuration);
        services.AddSingleton<JournalStore>();
        services.AddSingleton<JournalClock>();
        services.AddHostedService<Preparation>();
        services.AddHealthChecks().AddWeirDestination(JournalOptions.Destination).AddWeirWorkers();
        services.AddWeirQueue(
            new WorkQueueOptions
            {
                Name = "callJobs",
                Destination = JournalOptions.Destination,
                Database = options.Database,
                ClaimPeriod = options.LeaderPeriod,
            }
        );
        if (options.Provider is { } provider)
        {
            services.AddHttpClient<ICallProvider, HttpCallProvider>(c => c.BaseAddress = provider);
        }
        else
        {
            services.AddSingleton<ICallProvider, DryRunCallProvider>();
        }
        if (options.Has("windows"))
        {
            services.AddWeirWorker<CallWindowScheduler>(o =>
            {
                o.Every = options.WindowsEvery / options.Speed;
                o.RunsAtStart = true;
                o.Leader = new LeaderOptions
                {
                    Destination = JournalOptions.Destination,
                    Database = options.Database,
                    Period = options.LeaderPeriod,
                };
            });
        }
        if (options.Has("calls"))
        {
            services.AddWeirWorker<CallSchedulerWorker>(o =>
            {
                o.Every = options.CallsEvery / options.Speed;
                o.RunsAtStart = true;
            });
        }
    }

    private sealed class Preparation(JournalStore store, WorkQueues queues) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await store.PrepareAsync(cancellationToken);
            await queues["callJobs"].PrepareAsync(cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
