namespace Weir.Sandbox.Store.Catalog;

/// <summary>Which names databases and collections may have.</summary>
internal static class Namespaces
{
    private const int MaxLength = 255;
    private static readonly System.Buffers.SearchValues<char> notInDatabase =
        System.Buffers.SearchValues.Create("/\\. \"$\0");

    public static void RequireDatabase(string name)
    {
        if (name.Length is 0 or > 63 || name.AsSpan().IndexOfAny(notInDatabase) >= 0)
        {
            throw new CommandError(ErrorCodes.InvalidNamespace, $"Invalid namespace specified '{name}'");
        }
    }

    public static void RequireCollection(string database, string name)
    {
        RequireDatabase(database);
        if (
            name.Length == 0
            || name[0] == '.'
            || name[^1] == '.'
            || name.Contains('\0', StringComparison.Ordinal)
            || name.Contains('$', StringComparison.Ordinal)
            || database.Length + 1 + name.Length > MaxLength
        )
        {
            throw new CommandError(
                ErrorCodes.InvalidNamespace,
                $"Invalid namespace specified '{database}.{name}'"
            );
        }
    }
}
