namespace Weir.Pooling.Dns;

/// <summary>
/// Where the hosts and the default options of a <c>mongodb+srv://</c> name come from. The default asks the name
/// servers of <c>/etc/resolv.conf</c>; another one can be put in its place by <see
/// cref="DeploymentOptions.SrvResolver"/>. Thread-safe.
/// </summary>
public interface ISrvResolver
{
    /// <summary>The SRV records of a name; at least one.</summary>
    /// <param name="name">As in <c>_mongodb._tcp.cluster.example.com</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DnsException">There are none, or nobody could be asked.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<IReadOnlyList<SrvRecord>> FindServicesAsync(
        string name,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// The TXT records of a name, each with its strings joined in their order; empty when there are none.
    /// </summary>
    /// <param name="name">As in <c>cluster.example.com</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DnsException">Nobody could be asked.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<IReadOnlyList<string>> FindTextsAsync(
        string name,
        CancellationToken cancellationToken = default
    );
}
