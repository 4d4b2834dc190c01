namespace Weir.Sync.Sources.Http;

/// <summary>How an API gives its next page.</summary>
public enum PaginationKind
{
    /// <summary>It gives everything at once.</summary>
    None,

    /// <summary>The answer holds a cursor, which goes into a parameter of the next request; none: the end.</summary>
    Cursor,

    /// <summary>Pages are numbered; an empty page is the end.</summary>
    Number,

    /// <summary>The answer holds the next page's address: in its <c>Link</c> header (RFC 8288, <c>rel="next"</c>), or in its body.</summary>
    Link,
}
