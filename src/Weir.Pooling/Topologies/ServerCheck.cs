namespace Weir.Pooling.Topologies;

/// <summary>The outcome of one check of a server.</summary>
/// <param name="Description">What the server is now taken for.</param>
/// <param name="Failure">Why the check failed; <see langword="null"/> when the server answered.</param>
/// <param name="IsNetworkError">Whether the network failed, not the command.</param>
/// <param name="IsTimeout">Whether nothing was heard in time.</param>
internal sealed record ServerCheck(
    ServerDescription Description,
    Exception? Failure = null,
    bool IsNetworkError = false,
    bool IsTimeout = false
);
