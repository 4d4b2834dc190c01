using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Sorting;
using Weir.Sandbox.Store.Records;

namespace Weir.Sandbox.Store.Operations;

/// <summary>The one match that a sort puts first.</summary>
internal static class FirstInOrder
{
    public static IEnumerable<Candidate> Of(IEnumerable<Candidate> matches, SortOrder sort)
    {
        Candidate? first = null;
        BsonDocument? firstDocument = null;
        foreach (var candidate in matches)
        {
            var document = BsonDocument.Parse(candidate.Bytes);
            if (firstDocument is null || sort.Precedes(document, firstDocument))
            {
                (first, firstDocument) = (candidate, document);
            }
        }

        return first is { } found ? [found] : [];
    }
}
