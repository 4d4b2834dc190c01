using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Query.Filters;

namespace Weir.Sandbox.Store.Reading;

/// <summary>A filter over stored bytes, which reads no more of a document than the filter needs.</summary>
internal sealed class DocumentMatcher
{
    private readonly Filter filter;
    private readonly PartialDocument? part;

    public DocumentMatcher(Filter filter)
    {
        this.filter = filter;
        var roots = new HashSet<string>(StringComparer.Ordinal);
        IsEverything = filter is AndFilter { IsEmpty: true };
        part = filter.CollectRoots(roots) ? new PartialDocument(roots) : null;
    }

    public Filter Filter => filter;

    /// <summary>The filter is empty.</summary>
    public bool IsEverything { get; }

    public bool Matches(byte[] bytes) =>
        IsEverything || filter.Matches(part is null ? BsonDocument.Parse(bytes) : part.Read(bytes));
}
