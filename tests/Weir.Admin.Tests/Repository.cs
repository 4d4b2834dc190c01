namespace Weir.Admin.Tests;

/// <summary>Where the repository is.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Weir.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Weir.slnx was not found");
        }

        return folder.FullName;
    }
}
