using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Weir.Hosting.Health;
using Weir.Hosting.Listeners;
using Weir.Hosting.Queues;
using Weir.Hosting.Workers;
using Weir.Pooling;
using Weir.Pooling.Destinations;
using Weir.Transport;

namespace Weir.Hosting;

/// <summary>Adds Weir to a host: destinations, workers, queues, health checks.</summary>
public static class WeirServices
{
    /// <summary>
    /// Adds <see cref="IDestinations"/> with the destinations of a configuration: of its section <c>Weir</c>, or of
    /// the section itself when it is given one. The options are validated when the host starts.
    /// </summary>
    public static IServiceCollection AddWeir(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration is IConfigurationSection own
            ? own
            : configuration.GetSection(WeirOptions.SectionName);
        services.AddOptions<WeirOptions>().Bind(section);
        return services.AddWeir();
    }

    /// <summary>The same, with options that code sets.</summary>
    public static IServiceCollection AddWeir(this IServiceCollection services, Action<WeirOptions> configure)
    {
        services.AddOptions<WeirOptions>().Configure(configure);
        return services.AddWeir();
    }

    /// <summary>Looks destinations up that are not in the configuration.</summary>
    public static IServiceCollection AddWeirResolver<T>(this IServiceCollection services)
        where T : class, IDestinationResolver => services.AddSingleton<IDestinationResolver, T>();

    /// <summary>
    /// Decrypts connection strings with ASP.NET Core's data protection, which the application adds itself.
    /// </summary>
    public static IServiceCollection AddWeirDataProtection(this IServiceCollection services) =>
        services.AddSingleton<IConnectionStringProtection>(s => new DataProtectionProtection(
            s.GetRequiredService<IDataProtectionProvider>()
        ));

    /// <summary>Adds a worker that runs by the clock, one run at a time.</summary>
    /// <exception cref="ArgumentException">The schedule cannot be used; the message says why.</exception>
    public static IServiceCollection AddWeirWorker<T>(
        this IServiceCollection services,
        Action<WorkerOptions> configure
    )
        where T : class, IWeirWorker
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new WorkerOptions { Name = typeof(T).Name };
        configure(options);
        var schedule = WorkerSchedule.From(options);
        services.TryAddScoped<T>();
        services.AddWeirWorkers();
        return services.AddSingleton<IHostedService>(s =>
            ActivatorUtilities.CreateInstance<WorkerLoop>(
                s,
                options,
                schedule,
                (Func<IServiceProvider, IWeirWorker>)(scope => scope.GetRequiredService<T>())
            )
        );
    }

    /// <summary>Adds a queue: <see cref="WorkQueues"/> has it under its name, for whoever puts jobs into it.</summary>
    public static IServiceCollection AddWeirQueue(this IServiceCollection services, WorkQueueOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton<WorkQueues>();
        return services.AddSingleton(options);
    }

    /// <summary>Adds a queue and what does its jobs in this process.</summary>
    public static IServiceCollection AddWeirQueue<T>(
        this IServiceCollection services,
        WorkQueueOptions options
    )
        where T : class, IJobHandler
    {
        services.AddWeirQueue(options);
        services.TryAddScoped<T>();
        return services.AddSingleton<IHostedService>(s =>
            ActivatorUtilities.CreateInstance<QueueConsumer>(
                s,
                options,
                (Func<IServiceProvider, IJobHandler>)(scope => scope.GetRequiredService<T>())
            )
        );
    }

    /// <summary>
    /// Lets any driver in this process use a destination's pools, through a unix socket:
    /// <see cref="WeirListener.ConnectionString"/> is what to give to it.
    /// </summary>
    public static IServiceCollection AddWeirListener(
        this IServiceCollection services,
        WeirListenerOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<WeirListener>(s, options));
        return services.AddSingleton<IHostedService>(s =>
            s.GetServices<WeirListener>().First(l => l.Destination == options.Destination)
        );
    }

    /// <summary>
    /// Checks a destination: healthy when it can be leased, which asks it after a quiet time; else the reason.
    /// </summary>
    public static IHealthChecksBuilder AddWeirDestination(
        this IHealthChecksBuilder checks,
        string destination,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null
    )
    {
        ArgumentNullException.ThrowIfNull(checks);
        return checks.Add(
            new HealthCheckRegistration(
                $"weir:{destination}",
                s => new DestinationHealthCheck(s.GetRequiredService<IDestinations>(), destination),
                failureStatus,
                tags
            )
        );
    }

    /// <summary>
    /// Checks the workers of this process: degraded while the last run of one of them failed.
    /// </summary>
    public static IHealthChecksBuilder AddWeirWorkers(this IHealthChecksBuilder checks)
    {
        ArgumentNullException.ThrowIfNull(checks);
        checks.Services.AddWeirWorkers();
        return checks.AddCheck<WorkerHealthCheck>("weir:workers");
    }

    private static void AddWeirWorkers(this IServiceCollection services)
    {
        services.TryAddSingleton<WorkerRegistry>();
        services.TryAddSingleton<IWorkers>(s => s.GetRequiredService<WorkerRegistry>());
    }

    private static IServiceCollection AddWeir(this IServiceCollection services)
    {
        services.AddOptions<WeirOptions>().ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<WeirOptions>, WeirOptionsValidator>()
        );
        services.TryAddSingleton(TimeProvider.System);
        // Made before the destinations, and so disposed of after them.
        services.TryAddSingleton(_ => Network.CreateDefault());
        services.TryAddSingleton(Create);
        services.TryAddSingleton<IDestinations>(s => s.GetRequiredService<DestinationRegistry>());
        return services;
    }

    private static DestinationRegistry Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<WeirOptions>>().Value;
        return new DestinationRegistry(
            new DestinationsOptions
            {
                Destinations = options.Destinations.ToDictionary(
                    d => d.Key,
                    d => new DestinationOptions
                    {
                        ConnectionString = d.Value.ConnectionString,
                        IdleTimeout = d.Value.IdleTimeout,
                        QuietTime = d.Value.QuietTime,
                        MaxConcurrentOperations = d.Value.MaxConcurrentOperations,
                    },
                    StringComparer.Ordinal
                ),
                Network = services.GetRequiredService<Network>(),
                Resolver = services.GetService<IDestinationResolver>(),
                Protection = options.ProtectionKey is { } key
                    ? new AesGcmProtection(key, options.EarlierProtectionKeys)
                    : services.GetService<IConnectionStringProtection>(),
                Defaults = new DeploymentOptions { Time = services.GetRequiredService<TimeProvider>() },
                MaxConnections = options.MaxConnections,
                DrainTimeout = options.DrainTimeout,
                MaxOpen = options.MaxOpen,
                MeterFactory = services.GetService<IMeterFactory>(),
            }
        );
    }
}
