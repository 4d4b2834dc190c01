namespace Weir.Sync.Sources.Http;

/// <summary>How the pages of an API are asked for.</summary>
/// <param name="Kind">The way.</param>
/// <param name="Parameter">The parameter that takes the cursor or the number.</param>
/// <param name="From">The dotted path of the cursor or link in the answer; <c>header</c>: the Link header.</param>
/// <param name="First">The first page's number.</param>
public sealed record Pagination(PaginationKind Kind, string Parameter = "", string From = "", int First = 1)
{
    /// <summary>Where a link stands that is not in the body.</summary>
    public const string Header = "header";
}
