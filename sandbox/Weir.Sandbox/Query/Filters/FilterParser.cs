using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;
using Weir.Sandbox.Query.Filters.Tests;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Filters;

/// <summary>Reads a filter document; what it does not know is an error in the server's words.</summary>
internal sealed class FilterParser(QueryContext context)
{
    public static Filter Parse(BsonDocument filter, QueryContext context) =>
        new FilterParser(context).Document(filter);

    /// <summary>The operators under one path, as they stand in a filter, a $pull or an array filter.</summary>
    public static Filter ParseOperators(string path, BsonDocument operators, QueryContext context) =>
        new FilterParser(context).Operators(FieldPath.Parse(path), operators);

    /// <summary>Whether a value is a document of operators rather than a value to equal.</summary>
    public static bool IsOperators(BsonValue value) =>
        value.IsDocument
        && value.AsDocument.Count > 0
        && value.AsDocument[0].Name is ['$', ..] name
        && name is not ("$ref" or "$id" or "$db");

    private AndFilter Document(BsonDocument filter)
    {
        var parts = new List<Filter>(filter.Count);
        foreach (var element in filter)
        {
            if (element.Name is ['$', ..])
            {
                if (element.Name != "$comment")
                {
                    parts.Add(TopLevel(element.Name, element.Value));
                }
            }
            else
            {
                parts.Add(Field(FieldPath.Parse(element.Name), element.Value));
            }
        }

        return new AndFilter(parts);
    }

    private Filter TopLevel(string name, BsonValue value) =>
        name switch
        {
            "$and" => new AndFilter(Clauses(name, value)),
            "$or" => new OrFilter(Clauses(name, value)),
            "$nor" => new NotFilter(new OrFilter(Clauses(name, value))),
            "$expr" => new ExpressionFilter(ExpressionParser.Parse(value, context), context),
            "$alwaysTrue" => new ConstantFilter(true),
            "$alwaysFalse" => new ConstantFilter(false),
            "$where" => SleepScript.Parse(value).Filter,
            "$text" or "$jsonSchema" or "$sampleRate" => throw CommandError.NotHere(name),
            _ => throw CommandError.BadValue(
                $"unknown top level operator: {name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField."
            ),
        };

    private List<Filter> Clauses(string name, BsonValue value)
    {
        if (!value.IsArray)
        {
            throw CommandError.BadValue($"{name} must be an array");
        }

        if (value.AsArray.Count == 0)
        {
            throw CommandError.BadValue($"{name} argument must be a non-empty array");
        }

        var clauses = new List<Filter>();
        foreach (var clause in value.AsArray)
        {
            clauses.Add(
                clause.IsDocument
                    ? Document(clause.AsDocument)
                    : throw CommandError.BadValue("$or/$and/$nor entries need to be full objects")
            );
        }

        return clauses;
    }

    private Filter Field(FieldPath path, BsonValue value)
    {
        if (value.IsRegex)
        {
            return new PathFilter(path, new RegexTest(value.AsRegex));
        }

        return IsOperators(value)
            ? Operators(path, value.AsDocument)
            : new PathFilter(path, new EqualTest(value));
    }

    private Filter Operators(FieldPath path, BsonDocument operators)
    {
        var parts = new List<Filter>(operators.Count);
        foreach (var (name, value) in operators)
        {
            if (name == "$options")
            {
                if (!operators.Contains("$regex"))
                {
                    throw CommandError.BadValue("$options needs a $regex");
                }
            }
            else if (name != "$comment")
            {
                parts.Add(Operator(path, name, value, operators));
            }
        }

        return parts.Count == 1 ? parts[0] : new AndFilter(parts);
    }

    private Filter Operator(FieldPath path, string name, BsonValue value, BsonDocument siblings)
    {
        switch (name)
        {
            case "$ne":
                return new NotFilter(new PathFilter(path, Equal("$ne", path, value)));
            case "$nin":
                return new NotFilter(new PathFilter(path, Operands.In(name, value)));
            case "$not":
                return new NotFilter(Not(path, value));
            case "$exists":
                var exists = new PathFilter(path, ExistsTest.Instance);
                return value.ToBoolean() ? exists : new NotFilter(exists);
            case "$all":
                return All(path, value);
            case "$elemMatch":
                return new PathFilter(path, ElementMatch(value));
            default:
                return new PathFilter(path, Test(path, name, value, siblings));
        }
    }

    private static ValueTest Test(FieldPath path, string name, BsonValue value, BsonDocument siblings) =>
        name switch
        {
            "$eq" => Equal(name, path, value),
            "$gt" => Compare(path, value, 1, false),
            "$gte" => Compare(path, value, 1, true),
            "$lt" => Compare(path, value, -1, false),
            "$lte" => Compare(path, value, -1, true),
            "$in" => Operands.In(name, value),
            "$regex" => Operands.Regex(value, siblings.GetValueOrDefault("$options")),
            "$type" => Operands.Type(value),
            "$mod" => Operands.Mod(value),
            "$size" => Operands.Size(value),
            "$bitsAllSet" => Operands.Bits(name, value, set: true, all: true),
            "$bitsAllClear" => Operands.Bits(name, value, set: false, all: true),
            "$bitsAnySet" => Operands.Bits(name, value, set: true, all: false),
            "$bitsAnyClear" => Operands.Bits(name, value, set: false, all: false),
            "$near" or "$nearSphere" or "$geoWithin" or "$geoIntersects" or "$within" =>
                throw CommandError.NotHere(name),
            _ => throw CommandError.BadValue($"unknown operator: {name}"),
        };

    private static EqualTest Equal(string name, FieldPath path, BsonValue value) =>
        value.IsRegex && name == "$ne"
            ? throw CommandError.BadValue($"Can't have regex as arg to {name}.")
            : new EqualTest(value);

    private static CompareTest Compare(FieldPath path, BsonValue value, int sign, bool orEqual) =>
        value.IsRegex
            ? throw CommandError.BadValue($"Can't have RegEx as arg to predicate over field '{path}'.")
            : new CompareTest(value, sign, orEqual);

    private Filter Not(FieldPath path, BsonValue value)
    {
        if (value.IsRegex)
        {
            return new PathFilter(path, new RegexTest(value.AsRegex));
        }

        if (!value.IsDocument)
        {
            throw CommandError.BadValue("$not needs a regex or a document");
        }

        return value.AsDocument.Count == 0
            ? throw CommandError.BadValue("$not cannot be empty")
            : Operators(path, value.AsDocument);
    }

    private Filter All(FieldPath path, BsonValue value)
    {
        if (!value.IsArray)
        {
            throw CommandError.BadValue("$all needs an array");
        }

        var parts = new List<Filter>();
        foreach (var element in value.AsArray)
        {
            ValueTest test =
                element.IsRegex ? new RegexTest(element.AsRegex)
                : IsOperators(element) && element.AsDocument[0].Name == "$elemMatch"
                    ? ElementMatch(element.AsDocument[0].Value)
                : IsOperators(element) ? throw CommandError.BadValue("no $ expressions in $all")
                : new EqualTest(element);
            parts.Add(new PathFilter(path, test));
        }

        return parts.Count == 0 ? new ConstantFilter(false) : new AndFilter(parts);
    }

    private ValueTest ElementMatch(BsonValue value)
    {
        if (!value.IsDocument)
        {
            throw CommandError.BadValue("$elemMatch needs an Object");
        }

        var document = value.AsDocument;
        return
            IsOperators(value) && document[0].Name is not ("$and" or "$or" or "$nor" or "$expr" or "$where")
            ? new ElementValueTest(Operators(FieldPath.Parse(ElementValueTest.Name), document))
            : new ElementDocumentTest(Document(document));
    }
}
