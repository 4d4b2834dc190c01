using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates;

/// <summary>Steps along a path through a document that may be changed on the way.</summary>
internal static class PathEditor
{
    /// <summary>The place at a plain path; documents on the way are made where they are missing.</summary>
    public static Slot Create(BsonDocument root, FieldPath path)
    {
        BsonValue container = root;
        for (var depth = 0; depth < path.Length - 1; depth++)
        {
            container = Child(root, container, path[depth], create: true)!.Value;
        }

        return At(root, container, path[path.Length - 1], create: true)!.Value;
    }

    /// <summary>The child of a container; null where it is missing (or the way is barred) and nothing is to be made.</summary>
    public static BsonValue? Child(BsonDocument root, BsonValue container, string name, bool create)
    {
        if (At(root, container, name, create) is not { } slot)
        {
            return null;
        }

        if (slot.TryGet(out var child))
        {
            return child;
        }

        if (!create)
        {
            return null;
        }

        BsonValue made = new BsonDocument();
        slot.Set(made);
        return made;
    }

    /// <summary>The place of a name in a container; null where there can't be one and nothing is to be made.</summary>
    public static Slot? At(BsonDocument root, BsonValue container, string name, bool create)
    {
        if (container.IsDocument)
        {
            return new Slot(root, container.AsDocument, name);
        }

        if (container.IsArray && FieldPath.ParseIndex(name) is { } index)
        {
            return new Slot(root, container.AsArray, index);
        }

        return create
            ? throw new CommandError(
                ErrorCodes.PathNotViable,
                $"Cannot create field '{name}' in element {{{NameOf(root, container)}: {ValueText.Of(container)}}}"
            )
            : null;
    }

    // Only for the message: where the value that is in the way stands.
    private static string NameOf(BsonDocument document, BsonValue value)
    {
        foreach (var (name, candidate) in document)
        {
            if (Holds(candidate, value))
            {
                return name;
            }

            if (candidate.IsDocument && NameOf(candidate.AsDocument, value) is { Length: > 0 } inner)
            {
                return inner;
            }
        }

        return "";
    }

    private static bool Holds(BsonValue candidate, BsonValue value) =>
        candidate.IsArray && value.IsArray
            ? ReferenceEquals(candidate.AsArray, value.AsArray)
            : candidate.Equals(value);
}
