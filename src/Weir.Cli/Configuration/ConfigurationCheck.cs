using Weir.Pooling.ConnectionStrings;

namespace Weir.Cli.Configuration;

/// <summary>What can be wrong with a configuration whose keys are all well-formed.</summary>
internal static class ConfigurationCheck
{
    /// <summary>Adds every error to <paramref name="errors"/>, each beginning with its key.</summary>
    public static void Check(WeirConfiguration configuration, List<string> errors)
    {
        var names = new HashSet<string>();
        foreach (var (index, upstream) in configuration.Upstreams.Index())
        {
            CheckUpstream(upstream, $"upstreams[{index}]", names, errors);
        }

        var addresses = new HashSet<string>();
        foreach (var (index, listener) in configuration.Listeners.Index())
        {
            CheckListener(listener, $"listeners[{index}]", names, addresses, errors);
        }
    }

    private static void CheckUpstream(
        UpstreamConfiguration upstream,
        string key,
        HashSet<string> names,
        List<string> errors
    )
    {
        if (upstream.Name.Length > 0 && !names.Add(upstream.Name))
        {
            errors.Add($"{key}.name: '{upstream.Name}' is there twice");
        }

        if (upstream.Uri.Length == 0)
        {
            return;
        }

        try
        {
            ConnectionString.Parse(upstream.Uri);
        }
        catch (ConnectionStringException error)
        {
            errors.Add($"{key}.uri: {error.Message}");
        }
    }

    private static void CheckListener(
        ListenerConfiguration listener,
        string key,
        HashSet<string> upstreams,
        HashSet<string> addresses,
        List<string> errors
    )
    {
        if (listener.Upstream.Length > 0 && !upstreams.Contains(listener.Upstream))
        {
            errors.Add($"{key}.upstream: no upstream is called '{listener.Upstream}'");
        }

        var address = listener.Listen.ToString()!;
        if (!address.EndsWith(":0", StringComparison.Ordinal) && !addresses.Add(address))
        {
            errors.Add($"{key}.listen: {address} is there twice");
        }

        if (!ListenAddress.IsLocal(listener.Listen) && !listener.AllowAnonymous)
        {
            errors.Add(
                $"{key}.listen: {address} can be reached from other machines, and Weir does not authenticate clients yet;"
                    + " listen on loopback or a unix socket, or set allowAnonymous: true if the network is yours alone"
            );
        }
    }
}
