using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>What a <see cref="CommandRunner"/> keeps to beside the deployment's connection string.</summary>
public sealed record CommandRunnerOptions
{
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Hears of every command. Be quick.</summary>
    public Action<CommandEvent>? CommandEvents { get; init; }

    /// <summary>Hears of every selection of a server for a command. Be quick.</summary>
    public Action<SelectionEvent>? SelectionEvents { get; init; }

    /// <summary>
    /// The stable API that commands declare: <c>apiVersion</c>, and <c>apiStrict</c> and
    /// <c>apiDeprecationErrors</c> where wanted.
    /// </summary>
    public BsonDocument? ServerApi { get; init; }

    /// <summary>The destination that spans name; null where there is none.</summary>
    internal string? Destination { get; init; }

    /// <summary>Awaited before every operation: what it throws is what the operation throws. Goes with <see cref="End"/>.</summary>
    internal Func<CancellationToken, ValueTask>? Begin { get; init; }

    /// <summary>Told how every operation ended that had begun.</summary>
    internal Action<Exception?>? End { get; init; }

    /// <summary>Between 0 and 1, drawn for every pause before a retry.</summary>
    internal Func<double> Jitter { get; init; } = Random.Shared.NextDouble;
}
