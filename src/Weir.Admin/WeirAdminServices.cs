using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Weir.Admin;

/// <summary>Adds Weir's window to a host of Weir: dashboard, admin API and metrics of a service's own process.</summary>
public static class WeirAdminServices
{
    /// <summary>
    /// Serves the dashboard and the admin API for the first listener that was added (<c>AddWeirListener</c>): its
    /// clients and pools, and the process's destinations and workers. Add it after the listener: hosted services start
    /// in their order.
    /// </summary>
    public static IServiceCollection AddWeirAdmin(this IServiceCollection services, AdminSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<HostedAdmin>(s, settings));
        return services.AddSingleton<IHostedService>(s => s.GetRequiredService<HostedAdmin>());
    }
}
