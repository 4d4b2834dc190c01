namespace Weir.Proxy;

/// <summary>
/// Whether servers are told on whose behalf Weir asks. To them all requests come from Weir; with this their logs,
/// profiler and currentOp name the client. It lengthens every request, and costs copying it.
/// </summary>
public enum Attribution
{
    /// <summary>Requests go out as they came.</summary>
    None,

    /// <summary>
    /// In the field <c>$client</c>, as a mongos says it: the metadata of the client's handshake and, in
    /// <c>mongos.client</c>, its address. Not every server takes it from everybody: try it on yours first.
    /// </summary>
    Client,

    /// <summary>
    /// In the field <c>comment</c>, which MongoDB takes with every command since 4.4, where the command has none.
    /// </summary>
    Comment,
}
