using System.Collections.Concurrent;
using Weir.Pooling.Destinations;

namespace Weir.Destinations.Tests;

/// <summary>A resolver that answers as its test says, and remembers what it was asked.</summary>
internal sealed class ScriptedResolver : IDestinationResolver
{
    public ConcurrentQueue<string> Asked { get; } = new();

    public Func<string, CancellationToken, Task<DestinationOptions?>> Answer { get; set; } =
        (_, _) => throw new InvalidOperationException("the test gave no answer");

    public async ValueTask<DestinationOptions?> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        Asked.Enqueue(name);
        return await Answer(name, cancellationToken);
    }
}
