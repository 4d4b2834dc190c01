namespace Weir.Sandbox.Query.Filters;

/// <summary>Which array element made a filter match: what the positional <c>$</c> stands for.</summary>
internal sealed class MatchTrace
{
    public int? ArrayIndex { get; set; }
}
