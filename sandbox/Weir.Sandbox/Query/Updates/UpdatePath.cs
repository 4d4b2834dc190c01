using System.Globalization;
using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates;

/// <summary>A path of an update, which may say "the matched element" ($), "all" ($[]) or "those that match" ($[id]).</summary>
internal sealed class UpdatePath
{
    private readonly FieldPath path;
    private readonly IReadOnlyDictionary<string, Filter> arrayFilters;

    private UpdatePath(FieldPath path, IReadOnlyDictionary<string, Filter> arrayFilters)
    {
        this.path = path;
        this.arrayFilters = arrayFilters;
        for (var i = 0; i < path.Length; i++)
        {
            IsPositional |= path[i] == "$";
        }
    }

    public bool IsPositional { get; }

    public FieldPath Plain => path;

    public string Text => path.Text;

    public static UpdatePath Parse(
        string text,
        IReadOnlyDictionary<string, Filter> arrayFilters,
        ISet<string> usedFilters
    )
    {
        if (text.Length == 0)
        {
            throw new CommandError(ErrorCodes.EmptyFieldName, "An empty update path is not valid.");
        }

        var path = FieldPath.Parse(text);
        for (var i = 0; i < path.Length; i++)
        {
            RequireName(path, i);
            if (Identifier(path[i]) is { Length: > 0 } identifier)
            {
                usedFilters.Add(identifier);
                if (!arrayFilters.ContainsKey(identifier))
                {
                    throw CommandError.BadValue(
                        $"No array filter found for identifier '{identifier}' in path '{text}'"
                    );
                }
            }
        }

        return new UpdatePath(path, arrayFilters);
    }

    /// <summary>The order in which the server applies updates: by name, array indexes by number.</summary>
    public static int Compare(UpdatePath left, UpdatePath right)
    {
        var length = Math.Min(left.path.Length, right.path.Length);
        for (var i = 0; i < length; i++)
        {
            var (a, b) = (left.path.IndexAt(i), right.path.IndexAt(i));
            var result =
                a is not null && b is not null
                    ? a.Value.CompareTo(b.Value)
                    : BsonOrder.CompareText(left.path[i], right.path[i]);
            if (result != 0)
            {
                return result;
            }
        }

        return left.path.Length.CompareTo(right.path.Length);
    }

    /// <summary>Calls for every place that the path means in this document.</summary>
    public void Each(BsonDocument document, int? matchedIndex, bool create, Action<Slot> action) =>
        Step(document, document, 0, matchedIndex, create, action);

    private static void RequireName(FieldPath path, int depth)
    {
        var name = path[depth];
        if (name.Length == 0)
        {
            throw new CommandError(
                ErrorCodes.EmptyFieldName,
                $"The update path '{path}' contains an empty field name, which is not allowed."
            );
        }

        if (depth == 0 && (name == "$" || Identifier(name) is not null))
        {
            throw CommandError.BadValue(
                $"Cannot have positional (i.e. '$') element in the first position in path '{path}'"
            );
        }

        if (
            name[0] == '$'
            && name != "$"
            && Identifier(name) is null
            && name is not ("$ref" or "$id" or "$db")
        )
        {
            throw new CommandError(
                ErrorCodes.DollarPrefixedFieldName,
                $"The dollar ($) prefixed field '{name}' in '{path}' is not allowed in the context of an update's path."
            );
        }
    }

    // "$[]" has the empty identifier, "$[x]" has x, other names have none.
    private static string? Identifier(string name) =>
        name.StartsWith("$[", StringComparison.Ordinal) && name[^1] == ']' ? name[2..^1] : null;

    private void Step(
        BsonDocument root,
        BsonValue container,
        int depth,
        int? matchedIndex,
        bool create,
        Action<Slot> action
    )
    {
        var name = path[depth];
        if (Identifier(name) is { } identifier)
        {
            if (!container.IsArray)
            {
                throw NotAnArray(depth, container);
            }

            var array = container.AsArray;
            for (var i = 0; i < array.Count; i++)
            {
                if (
                    identifier.Length == 0
                    || arrayFilters[identifier].Matches(new BsonDocument(identifier, array[i]))
                )
                {
                    Into(root, container, Index(i), depth, matchedIndex, create, action);
                }
            }

            return;
        }

        if (name == "$")
        {
            name = matchedIndex is { } index
                ? Index(index)
                : throw CommandError.BadValue(
                    "The positional operator did not find the match needed from the query."
                );
        }

        Into(root, container, name, depth, matchedIndex, create, action);
    }

    private void Into(
        BsonDocument root,
        BsonValue container,
        string name,
        int depth,
        int? matchedIndex,
        bool create,
        Action<Slot> action
    )
    {
        if (depth == path.Length - 1)
        {
            if (PathEditor.At(root, container, name, create) is { } slot)
            {
                action(slot);
            }

            return;
        }

        // Nothing is made in front of "$[]": there is no array yet whose elements it could mean.
        var make = create && Identifier(path[depth + 1]) is null;
        if (PathEditor.Child(root, container, name, make) is { } child)
        {
            Step(root, child, depth + 1, matchedIndex, create, action);
        }
        else if (create)
        {
            throw CommandError.BadValue(
                $"The path '{path.Upto(depth + 1)}' must exist in the document in order to apply array updates."
            );
        }
    }

    private CommandError NotAnArray(int depth, BsonValue value) =>
        CommandError.BadValue(
            $"Cannot apply array updates to non-array element {path.Upto(depth)}: {ValueText.Of(value)}"
        );

    private static string Index(int index) => index.ToString(CultureInfo.InvariantCulture);
}
