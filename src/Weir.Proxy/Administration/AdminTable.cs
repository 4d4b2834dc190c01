using Weir.Protocol.Bson;

namespace Weir.Proxy.Administration;

/// <summary>
/// Something that Weir shows of itself as rows: to <c>db.getSiblingDB("weir")</c>, over HTTP, on the dashboard.
/// Thread-safe if its rows are.
/// </summary>
/// <param name="Name">Its name: the collection's, and the path's.</param>
/// <param name="Description">What a row is.</param>
/// <param name="Columns">What a row has, in this order.</param>
/// <param name="Rows">The rows of this moment, of which each has all columns. Called on any thread; must not wait.</param>
public sealed record AdminTable(
    string Name,
    string Description,
    IReadOnlyList<AdminColumn> Columns,
    Func<IEnumerable<BsonDocument>> Rows
);
