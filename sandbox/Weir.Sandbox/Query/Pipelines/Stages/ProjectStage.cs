using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Projections;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$project, $addFields, $set and $unset.</summary>
internal sealed class ProjectStage(Projection projection) : Stage
{
    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents) =>
        documents.Select(projection.Apply);
}
