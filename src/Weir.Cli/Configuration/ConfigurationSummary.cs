namespace Weir.Cli.Configuration;

/// <summary>What a configuration means, in words, without secrets.</summary>
internal static class ConfigurationSummary
{
    public static void Write(WeirConfiguration configuration, TextWriter output)
    {
        foreach (var upstream in configuration.Proxy.Upstreams)
        {
            output.WriteLine($"upstream {upstream.Name}: {upstream.ConnectionString}");
            foreach (var warning in upstream.ConnectionString.Warnings)
            {
                output.WriteLine($"  warning: {warning}");
            }
        }

        foreach (var listener in configuration.Proxy.Listeners)
        {
            var face = listener.ReplicaSetName is { } name
                ? $"replica set {name}"
                : "a mongos (a standalone where the upstream is one)";
            output.WriteLine(
                $"listener {listener.EndPoint}: upstream {listener.Upstream}, as {face}, up to {listener.MaxClients:N0} clients"
            );
            output.WriteLine(
                $"  {(listener.Authenticates ? $"{configuration.Proxy.Users} may log in" : "nobody has to log in")}, "
                    + (listener.Tls is { } tls ? $"TLS with {tls}" : "plain text")
            );
            if (listener.Tls is null && !ListenAddress.IsLocal(listener.EndPoint))
            {
                output.WriteLine("  warning: what its clients send and read can be seen on the network");
            }
        }

        if (configuration.Admin is { } admin)
        {
            var who = admin.Token is null ? "anybody on this machine" : "who shows the token";
            output.WriteLine($"admin API and dashboard {admin.EndPoint}: for {who}");
        }

        if (configuration.Telemetry.Otlp is { } otlp)
        {
            var traces =
                otlp.TraceRatio == 0 ? "no traces" : $"spans of {otlp.TraceRatio:0.####%} of the exchanges";
            output.WriteLine(
                $"to the collector {otlp.Endpoint}: metrics every {otlp.Interval.TotalSeconds} s, {traces}"
            );
        }

        output.WriteLine("The configuration is good.");
    }
}
