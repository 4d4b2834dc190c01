namespace Weir.Cli.Look;

/// <summary>Where pictures come from: a running Weir, or any deployment.</summary>
internal interface IView : IAsyncDisposable
{
    /// <summary>What is to be seen now.</summary>
    /// <exception cref="LookException">Nothing is, and why.</exception>
    Task<Picture> LookAsync(CancellationToken cancellationToken);
}
