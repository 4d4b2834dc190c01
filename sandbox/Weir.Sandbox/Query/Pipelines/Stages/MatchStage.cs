using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Filters;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$match.</summary>
internal sealed class MatchStage(Filter filter) : Stage
{
    public Filter Filter => filter;

    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents) =>
        documents.Where(document => filter.Matches(document));
}
