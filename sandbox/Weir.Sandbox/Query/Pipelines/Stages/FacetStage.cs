using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$facet: several pipelines over the same documents, in one document.</summary>
internal sealed class FacetStage(IReadOnlyList<(string Name, Pipeline Pipeline)> facets) : Stage
{
    public static FacetStage Parse(BsonDocument specification, QueryContext context)
    {
        if (specification.Count == 0)
        {
            throw new CommandError(40169, "the $facet specification must be a non-empty object");
        }

        return new FacetStage([
            .. specification.Select(facet =>
                (facet.Name, Pipeline.ParseInner("$facet", facet.Value, context))
            ),
        ]);
    }

    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents)
    {
        var all = documents.ToList();
        var result = new BsonDocument();
        foreach (var (name, pipeline) in facets)
        {
            result.Add(name, new BsonArray(pipeline.Run(all).Select(static document => (BsonValue)document)));
        }

        yield return result;
    }
}
