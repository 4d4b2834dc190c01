using Weir.Protocol.Bson;

namespace Weir.Proxy.Administration;

/// <summary>Something that whoever looks after Weir can do.</summary>
/// <param name="Name">The command's name: <c>killClient</c>.</param>
/// <param name="Path">The path under the API's root, with <c>{value}</c> where the command's value goes.</param>
/// <param name="Description">What it does.</param>
/// <param name="Value">What the command's value is; <see langword="null"/>: it has none.</param>
/// <param name="RunAsync">
/// Does it and tells what came of it. <see cref="AdminActionException"/>: it cannot be done.
/// </param>
public sealed record AdminAction(
    string Name,
    string Path,
    string Description,
    string? Value,
    Func<string, CancellationToken, Task<BsonDocument>> RunAsync
);
