using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$unwind: a document for each element of an array.</summary>
internal sealed class UnwindStage : Stage
{
    private readonly FieldPath path;
    private readonly FieldPath? indexPath;
    private readonly bool keepsEmpty;

    private UnwindStage(FieldPath path, FieldPath? indexPath, bool keepsEmpty) =>
        (this.path, this.indexPath, this.keepsEmpty) = (path, indexPath, keepsEmpty);

    public static UnwindStage Parse(BsonValue operand)
    {
        if (operand.IsString)
        {
            return new UnwindStage(Path(operand), null, false);
        }

        if (!operand.IsDocument)
        {
            throw new CommandError(
                15981,
                $"expected either a string or an object as specification for $unwind stage, got {ValueText.TypeName(operand.Type)}"
            );
        }

        FieldPath? path = null;
        FieldPath? index = null;
        var keep = false;
        foreach (var (name, value) in operand.AsDocument)
        {
            switch (name)
            {
                case "path":
                    path = Path(value);
                    break;
                case "includeArrayIndex":
                    index =
                        value.IsString && value.AsString is [not '$', ..]
                            ? FieldPath.Parse(value.AsString)
                            : throw new CommandError(
                                28810,
                                "expected a non-empty string without a leading '$' for the includeArrayIndex option to $unwind stage"
                            );
                    break;
                case "preserveNullAndEmptyArrays":
                    keep = value.IsBoolean
                        ? value.AsBoolean
                        : throw new CommandError(
                            28809,
                            "expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage"
                        );
                    break;
                default:
                    throw new CommandError(28811, $"unrecognized option to $unwind stage: {name}");
            }
        }

        return path is null
            ? throw new CommandError(28812, "no path specified to $unwind stage")
            : new UnwindStage(path, index, keep);
    }

    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents)
    {
        foreach (var document in documents)
        {
            if (Find(document) is not { } value)
            {
                if (keepsEmpty)
                {
                    yield return WithIndex(document, BsonValue.Null);
                }
            }
            else if (!value.IsArray)
            {
                if (keepsEmpty || !value.IsNull)
                {
                    yield return WithIndex(document, BsonValue.Null);
                }
            }
            else if (value.AsArray.Count == 0)
            {
                if (keepsEmpty)
                {
                    yield return WithIndex(PathRewrite.Remove(document, path), BsonValue.Null);
                }
            }
            else
            {
                for (var i = 0; i < value.AsArray.Count; i++)
                {
                    yield return WithIndex(PathRewrite.Set(document, path, value.AsArray[i]), (long)i);
                }
            }
        }
    }

    private static FieldPath Path(BsonValue value) =>
        value.IsString && value.AsString is ['$', _, ..]
            ? FieldPath.Parse(value.AsString[1..])
            : throw new CommandError(
                28818,
                $"path option to $unwind stage should be prefixed with a '$': {ValueText.Of(value)}"
            );

    private BsonValue? Find(BsonDocument document)
    {
        BsonValue value = document;
        for (var depth = 0; depth < path.Length; depth++)
        {
            if (!value.IsDocument || !value.AsDocument.TryGetValue(path[depth], out value))
            {
                return null;
            }
        }

        return value;
    }

    private BsonDocument WithIndex(BsonDocument document, BsonValue index) =>
        indexPath is null ? document : PathRewrite.Set(document, indexPath, index);
}
