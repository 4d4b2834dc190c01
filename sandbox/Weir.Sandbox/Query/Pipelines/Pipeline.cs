using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Query.Pipelines.Stages;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Pipelines;

/// <summary>A parsed aggregation pipeline.</summary>
internal sealed class Pipeline
{
    private readonly IReadOnlyList<Stage> stages;

    private Pipeline(IReadOnlyList<Stage> stages, PipelineOutput? output) =>
        (this.stages, Output) = (stages, output);

    /// <summary>Where the results go ($out, $merge); null when they come back.</summary>
    public PipelineOutput? Output { get; }

    /// <summary>A filter that every document must pass before anything else, so that an index may find them.</summary>
    public Filter? LeadingFilter => stages is [MatchStage match, ..] ? match.Filter : null;

    public static Pipeline Parse(BsonArray specification, QueryContext context)
    {
        var stages = new List<Stage>();
        for (var i = 0; i < specification.Count; i++)
        {
            var (name, operand) = Single(specification[i]);
            if (name is "$out" or "$merge")
            {
                return i == specification.Count - 1
                    ? new Pipeline(stages, PipelineOutput.Parse(name, operand))
                    : throw new CommandError(40601, $"{name} can only be the final stage in the pipeline");
            }

            stages.Add(StageParser.Parse(name, operand, context));
        }

        return new Pipeline(stages, null);
    }

    /// <summary>The pipeline of an update, in which only stages that map one document to one are allowed.</summary>
    public static Pipeline ParseForUpdate(BsonArray specification, QueryContext context)
    {
        foreach (var stage in specification)
        {
            var (name, _) = Single(stage);
            if (
                name
                is not ("$set" or "$addFields" or "$unset" or "$project" or "$replaceRoot" or "$replaceWith")
            )
            {
                throw new CommandError(
                    ErrorCodes.InvalidOptions,
                    $"{name} is not allowed to be used within an update"
                );
            }
        }

        return Parse(specification, context);
    }

    /// <summary>A pipeline within a stage, which must hand its results on.</summary>
    public static Pipeline ParseInner(string stage, BsonValue specification, QueryContext context)
    {
        if (!specification.IsArray)
        {
            throw CommandError.TypeMismatch($"the pipeline in {stage} must be an array");
        }

        var pipeline = Parse(specification.AsArray, context);
        return pipeline.Output is null
            ? pipeline
            : throw new CommandError(
                40600,
                $"$out and $merge are not allowed to be used within a {stage} stage"
            );
    }

    public IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents)
    {
        foreach (var stage in stages)
        {
            documents = stage.Run(documents);
        }

        return documents;
    }

    private static BsonElement Single(BsonValue stage)
    {
        if (!stage.IsDocument)
        {
            throw CommandError.TypeMismatch("Each element of the 'pipeline' array must be an object");
        }

        return stage.AsDocument.Count == 1
            ? stage.AsDocument[0]
            : throw new CommandError(
                40323,
                "A pipeline stage specification object must contain exactly one field."
            );
    }
}
