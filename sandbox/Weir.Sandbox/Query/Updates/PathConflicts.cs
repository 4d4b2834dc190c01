using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates;

/// <summary>Refuses two updates of which one would stand inside the other.</summary>
internal sealed class PathConflicts
{
    private readonly List<string> paths = [];

    public void Add(string path)
    {
        foreach (var other in paths)
        {
            if (path == other || IsInside(path, other))
            {
                throw Conflict(path, other);
            }

            if (IsInside(other, path))
            {
                throw Conflict(path, path);
            }
        }

        paths.Add(path);
    }

    private static bool IsInside(string inner, string outer) =>
        inner.Length > outer.Length
        && inner[outer.Length] == '.'
        && inner.StartsWith(outer, StringComparison.Ordinal);

    private static CommandError Conflict(string path, string at) =>
        new(
            ErrorCodes.ConflictingUpdateOperators,
            $"Updating the path '{path}' would create a conflict at '{at}'"
        );
}
