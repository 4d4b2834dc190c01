using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$replaceRoot and $replaceWith.</summary>
internal sealed class ReplaceRootStage(Expression root, QueryContext context) : Stage
{
    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents) =>
        documents.Select(document =>
            root.Evaluate(new Scope(document, context)) is { IsDocument: true } value
                ? value.AsDocument
                : throw new CommandError(
                    40228,
                    $"'newRoot' expression must evaluate to an object, but it did not for the document {ValueText.Of(document)}"
                )
        );
}
