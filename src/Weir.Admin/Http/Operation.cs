using Weir.Proxy.Administration;

namespace Weir.Admin.Http;

/// <summary>What the OpenAPI document says of a route.</summary>
/// <param name="Id">Its unique name.</param>
/// <param name="Summary">What it does, in a sentence.</param>
/// <param name="MediaType">What it answers with.</param>
/// <param name="Value">What the segment in braces is.</param>
/// <param name="Table">The table whose rows it answers with, if it does.</param>
internal sealed record Operation(
    string Id,
    string Summary,
    string MediaType,
    string? Value = null,
    AdminTable? Table = null
);
