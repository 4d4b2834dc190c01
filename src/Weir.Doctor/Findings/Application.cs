using Weir.Doctor.Advice;
using Weir.Doctor.Watching;

namespace Weir.Doctor.Findings;

/// <summary>The holders of a server that are one application with one driver, wherever they run.</summary>
internal sealed class Application(IReadOnlyList<Holder> holders)
{
    public IReadOnlyList<Holder> Holders { get; } = holders;

    public DriverAdvice Advice { get; } = DriverAdvice.For(holders[0].Driver);

    public int Connections { get; } = holders.Sum(holder => holder.Connections);

    public int Clients { get; } = holders.Sum(holder => holder.Clients);

    /// <summary>The connections of the largest pool.</summary>
    public int LargestPool { get; } = holders.Max(holder => holder.PerPool);

    /// <summary>Connections if every pool grew to the driver's default, or to the largest that was seen.</summary>
    public int Forecast =>
        Math.Max(Connections, Clients * (Math.Max(Advice.DefaultMaxPoolSize, LargestPool) + 2));

    /// <summary>Application and driver.</summary>
    public string Name =>
        $"{(Holders[0].AppName.Length > 0 ? Holders[0].AppName : "(no appName)")} ({Holders[0].DriverName})";

    public static IEnumerable<Application> Of(IEnumerable<Holder> holders) =>
        holders
            .GroupBy(holder => (holder.AppName, holder.Driver, holder.DriverVersion))
            .Select(group => new Application([.. group]));
}
