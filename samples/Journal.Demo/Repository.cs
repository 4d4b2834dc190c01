namespace Weir.Samples.Journal.Demo;

/// <summary>The repository that this was built in.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null;
            folder = folder.Parent
        )
        {
            if (File.Exists(Path.Combine(folder.FullName, "Weir.slnx")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException(
            "the demonstration runs from the repository that it was built in"
        );
    }
}
