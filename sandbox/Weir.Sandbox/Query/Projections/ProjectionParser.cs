using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Projections;

/// <summary>Reads the projection of a find, or a $project, $addFields or $unset stage.</summary>
internal sealed class ProjectionParser
{
    private readonly QueryContext context;
    private readonly Filter? query;
    private readonly ProjectionNode root = new();
    private bool? includes;
    private bool? showsId;
    private FieldProjection? idProjection;

    private ProjectionParser(QueryContext context, Filter? query) =>
        (this.context, this.query) = (context, query);

    /// <summary>A find's projection, with $slice, $elemMatch and <c>.$</c>; null where it shows everything.</summary>
    public static Projection? ForFind(BsonDocument? specification, Filter query, QueryContext context) =>
        specification is null || specification.Count == 0
            ? null
            : new ProjectionParser(context, query).Parse(specification);

    /// <summary>A $project stage.</summary>
    public static Projection ForStage(BsonDocument specification, QueryContext context) =>
        specification.Count == 0
            ? throw new CommandError(
                51272,
                "Invalid $project :: caused by :: projection specification must have at least one field"
            )
            : new ProjectionParser(context, null).Parse(specification);

    /// <summary>An $addFields or $set stage: everything stays, and some fields are computed.</summary>
    public static Projection ForAddFields(BsonDocument specification, QueryContext context)
    {
        var root = new ProjectionNode();
        AddComputed(root, "", specification, context);
        return new Projection(root, includes: false, context);
    }

    /// <summary>An $unset stage.</summary>
    public static Projection ForUnset(IEnumerable<string> fields, QueryContext context)
    {
        var root = new ProjectionNode();
        foreach (var field in fields)
        {
            root.Add(Path(field), KeepField.Hidden);
        }

        return new Projection(root, includes: false, context);
    }

    private static void AddComputed(
        ProjectionNode root,
        string prefix,
        BsonDocument specification,
        QueryContext context
    )
    {
        foreach (var (name, value) in specification)
        {
            var path = prefix + name;
            if (value.IsDocument && value.AsDocument.Count > 0 && !FilterParser.IsOperators(value))
            {
                AddComputed(root, path + ".", value.AsDocument, context);
            }
            else
            {
                root.Add(Path(path), new ComputedField(ExpressionParser.Parse(value, context)));
            }
        }
    }

    private static FieldPath Path(string text)
    {
        if (text.Length == 0)
        {
            throw new CommandError(40352, "FieldPath cannot be constructed with empty string");
        }

        var path = FieldPath.Parse(text);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i].Length == 0)
            {
                throw new CommandError(
                    text[^1] == '.' ? 40353 : 15998,
                    text[^1] == '.'
                        ? "FieldPath must not end with a '.'."
                        : "FieldPath field names may not be empty strings."
                );
            }

            if (path[i][0] == '$')
            {
                throw new CommandError(
                    16410,
                    $"FieldPath field names may not start with '$'. Consider using $getField or $setField."
                );
            }
        }

        return path;
    }

    private Projection Parse(BsonDocument specification)
    {
        Read("", specification);
        var inclusive = includes ?? showsId ?? (idProjection is not null);
        if (showsId is { } shows)
        {
            // An inclusion hides what is not named and an exclusion shows it: the _id needs a word only otherwise.
            if (shows == inclusive)
            {
                root.Add(FieldPath.Parse("_id"), shows ? KeepField.Shown : KeepField.Hidden);
            }
        }
        else if (idProjection is not null)
        {
            root.Add(FieldPath.Parse("_id"), idProjection);
        }
        else if (inclusive && !root.Has("_id"))
        {
            root.Add(FieldPath.Parse("_id"), KeepField.Shown);
        }

        return new Projection(root, inclusive, context);
    }

    private void Read(string prefix, BsonDocument specification)
    {
        foreach (var (name, value) in specification)
        {
            var path = prefix + name;
            if (value.IsNumber || value.IsBoolean)
            {
                Keep(path, value.ToBoolean());
            }
            else if (value.IsDocument && !FilterParser.IsOperators(value))
            {
                if (value.AsDocument.Count == 0)
                {
                    throw new CommandError(
                        51270,
                        "An empty sub-projection is not a valid value. Found empty object at path"
                    );
                }

                Read(path + ".", value.AsDocument);
            }
            else
            {
                Special(path, value);
            }
        }
    }

    private void Keep(string path, bool shown)
    {
        if (path == "_id")
        {
            showsId = shown;
            return;
        }

        if (query is not null && path.EndsWith(".$", StringComparison.Ordinal))
        {
            Mode(path, true);
            root.Add(Path(path[..^2]), new PositionalField(query));
            return;
        }

        Mode(path, shown);
        root.Add(Path(path), shown ? KeepField.Shown : KeepField.Hidden);
    }

    private void Special(string path, BsonValue value)
    {
        if (query is not null && value.IsDocument)
        {
            var (name, operand) = value.AsDocument[0];
            if (name == "$slice" && IsFindSlice(operand))
            {
                // A $slice alone shows every other field.
                root.Add(Path(path), Slice(operand));
                return;
            }

            if (name == "$elemMatch")
            {
                Mode(path, true);
                root.Add(Path(path), ElementMatch(path, operand));
                return;
            }

            if (name == "$meta")
            {
                throw CommandError.NotHere("$meta in a projection");
            }
        }

        var computed = new ComputedField(ExpressionParser.Parse(value, context));
        if (path == "_id")
        {
            idProjection = computed;
            return;
        }

        Mode(path, true);
        root.Add(Path(path), computed);
    }

    // An aggregation's $slice has an expression as its first argument, a find's has numbers.
    private static bool IsFindSlice(BsonValue operand) =>
        operand.IsNumber || (operand.IsArray && operand.AsArray.Count == 2 && operand.AsArray[0].IsNumber);

    private static SliceField Slice(BsonValue operand)
    {
        if (operand.IsNumber)
        {
            var count = (long)operand.ToDouble();
            return count < 0 ? new SliceField(count, null) : new SliceField(0, count);
        }

        var limit = operand.AsArray[1].IsNumber ? (long)operand.AsArray[1].ToDouble() : 0;
        return limit <= 0
            ? throw new CommandError(28724, "Second argument to $slice must be a positive number")
            : new SliceField((long)operand.AsArray[0].ToDouble(), limit);
    }

    private ElementMatchField ElementMatch(string path, BsonValue operand)
    {
        if (path.Contains('.', StringComparison.Ordinal))
        {
            throw new CommandError(31275, "Cannot use $elemMatch projection on a nested field");
        }

        var filter = new BsonDocument(path, new BsonDocument("$elemMatch", operand));
        return new ElementMatchField(path, FilterParser.Parse(filter, context));
    }

    private void Mode(string path, bool inclusive)
    {
        if (includes is { } mode && mode != inclusive)
        {
            throw inclusive
                ? new CommandError(31253, $"Cannot do inclusion on field {path} in exclusion projection")
                : new CommandError(31254, $"Cannot do exclusion on field {path} in inclusion projection");
        }

        includes = inclusive;
    }
}
