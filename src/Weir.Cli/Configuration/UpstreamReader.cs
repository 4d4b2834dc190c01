using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Proxy;

namespace Weir.Cli.Configuration;

/// <summary>Makes an upstream from what was written.</summary>
internal static class UpstreamReader
{
    // Stands for a connection string that has an error; nothing is ever made from it.
    private static readonly ConnectionString Placeholder = ConnectionString.Parse("mongodb://error.invalid/");

    public static UpstreamSettings Read(string name, string uri, string uriKey, ConfigurationErrors errors) =>
        new() { Name = name, ConnectionString = Parse(uri, uriKey, errors) };

    public static UpstreamSettings WithWaitQueue(this UpstreamSettings upstream, int maxWaiting) =>
        upstream with
        {
            Options = new DeploymentOptions { Pool = new PoolOptions { MaxWaiting = maxWaiting } },
        };

    private static ConnectionString Parse(string uri, string key, ConfigurationErrors errors)
    {
        try
        {
            return uri.Length == 0 ? Placeholder : ConnectionString.Parse(uri);
        }
        catch (ConnectionStringException error)
        {
            errors.Add(key, error.Message);
            return Placeholder;
        }
    }
}
