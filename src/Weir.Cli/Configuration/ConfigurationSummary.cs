using Weir.Pooling.ConnectionStrings;

namespace Weir.Cli.Configuration;

/// <summary>What a configuration means, in words, without secrets.</summary>
internal static class ConfigurationSummary
{
    public static void Write(WeirConfiguration configuration, TextWriter output)
    {
        foreach (var upstream in configuration.Upstreams)
        {
            var uri = ConnectionString.Parse(upstream.Uri);
            output.WriteLine($"upstream {upstream.Name}: {uri}");
            foreach (var warning in uri.Warnings)
            {
                output.WriteLine($"  warning: {warning}");
            }
        }

        foreach (var listener in configuration.Listeners)
        {
            var face = listener.ReplicaSet is { } name ? $"replica set {name}" : "a mongos";
            output.WriteLine(
                $"listener {listener.Listen}: upstream {listener.Upstream}, as {face}, up to {listener.MaxClients:N0} clients"
            );
        }

        output.WriteLine("The configuration is good.");
    }
}
