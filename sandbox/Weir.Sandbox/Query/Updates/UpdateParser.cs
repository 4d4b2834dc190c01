using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Query.Pipelines;
using Weir.Sandbox.Query.Updates.Operators;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates;

/// <summary>Reads an update: a replacement, operators, or a pipeline.</summary>
internal sealed class UpdateParser
{
    private readonly QueryContext context;
    private readonly IReadOnlyDictionary<string, Filter> arrayFilters;
    private readonly HashSet<string> usedFilters = new(StringComparer.Ordinal);
    private readonly List<(UpdatePath Path, FieldUpdate Update)> updates = [];
    private readonly PathConflicts conflicts = new();

    private UpdateParser(QueryContext context, IReadOnlyDictionary<string, Filter> arrayFilters) =>
        (this.context, this.arrayFilters) = (context, arrayFilters);

    public static DocumentUpdate Parse(BsonValue update, BsonArray? arrayFilters, QueryContext context)
    {
        if (update.IsArray)
        {
            if (arrayFilters is { Count: > 0 })
            {
                throw CommandError.FailedToParse(
                    "arrayFilters may not be specified for pipeline-syle updates"
                );
            }

            return new PipelineUpdate(Pipeline.ParseForUpdate(update.AsArray, context));
        }

        if (!update.IsDocument)
        {
            throw CommandError.FailedToParse("Update argument must be either an object or an array");
        }

        var document = update.AsDocument;
        if (document.Count == 0 || document[0].Name is not ['$', ..])
        {
            return ParseReplacement(document, arrayFilters);
        }

        var filters = ArrayFilters.Parse(arrayFilters, context);
        return new UpdateParser(context, filters).Operators(document);
    }

    private static Replacement ParseReplacement(BsonDocument document, BsonArray? arrayFilters)
    {
        if (arrayFilters is { Count: > 0 })
        {
            throw CommandError.FailedToParse(
                "arrayFilters may not be specified for replacement-style updates"
            );
        }

        foreach (var name in document.Names)
        {
            if (name is ['$', ..])
            {
                throw new CommandError(
                    ErrorCodes.DollarPrefixedFieldName,
                    $"The dollar ($) prefixed field '{name}' in '{name}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith."
                );
            }
        }

        return new Replacement(document);
    }

    private OperatorUpdate Operators(BsonDocument document)
    {
        foreach (var (name, fields) in document)
        {
            if (!IsKnown(name))
            {
                throw CommandError.FailedToParse(
                    $"Unknown modifier: {name}. Expected a valid update modifier or pipeline-style update specified as an array"
                );
            }

            if (!fields.IsDocument)
            {
                throw CommandError.FailedToParse(
                    $"Modifiers operate on fields but we found type {ValueText.TypeName(fields.Type)} instead. For example: {{$mod: {{<field>: ...}}}} not {{{name}: {ValueText.Of(fields)}}}"
                );
            }

            foreach (var (path, operand) in fields.AsDocument)
            {
                Add(name, path, operand);
            }
        }

        foreach (var identifier in arrayFilters.Keys)
        {
            if (!usedFilters.Contains(identifier))
            {
                throw CommandError.FailedToParse(
                    $"The array filter for identifier '{identifier}' was not used in the update {ValueText.Of(document)}"
                );
            }
        }

        updates.Sort(static (left, right) => UpdatePath.Compare(left.Path, right.Path));
        return new OperatorUpdate(updates);
    }

    private void Add(string name, string text, BsonValue operand)
    {
        var path = UpdatePath.Parse(text, arrayFilters, usedFilters);
        conflicts.Add(path.Text);
        if (name == "$rename")
        {
            var rename = RenameUpdate.Parse(path, operand);
            conflicts.Add(rename.Target.Text);
            updates.Add((path, rename));
            return;
        }

        updates.Add((path, Operator(name, text, operand)));
    }

    private static bool IsKnown(string name) =>
        name
            is "$set"
                or "$setOnInsert"
                or "$unset"
                or "$inc"
                or "$mul"
                or "$min"
                or "$max"
                or "$rename"
                or "$currentDate"
                or "$bit"
                or "$push"
                or "$addToSet"
                or "$pop"
                or "$pull"
                or "$pullAll";

    private FieldUpdate Operator(string name, string path, BsonValue operand) =>
        name switch
        {
            "$set" => new SetUpdate(operand, onInsertOnly: false),
            "$setOnInsert" => new SetUpdate(operand, onInsertOnly: true),
            "$unset" => new UnsetUpdate(),
            "$inc" => ArithmeticUpdate.Parse(name, path, operand),
            "$mul" => ArithmeticUpdate.Parse(name, path, operand),
            "$min" => new BoundUpdate(operand, -1),
            "$max" => new BoundUpdate(operand, 1),
            "$currentDate" => CurrentDateUpdate.Parse(operand, context),
            "$bit" => BitUpdate.Parse(path, operand),
            "$push" => PushUpdate.Parse(operand),
            "$addToSet" => AddToSetUpdate.Parse(operand),
            "$pop" => PopUpdate.Parse(path, operand),
            "$pull" => PullUpdate.Parse(operand, context),
            _ => PullAllUpdate.Parse(operand),
        };
}
