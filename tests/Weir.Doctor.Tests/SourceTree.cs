namespace Weir.Doctor.Tests;

/// <summary>The folder of the sources.</summary>
internal static class SourceTree
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Weir.slnx")))
        {
            folder =
                folder.Parent
                ?? throw new InvalidOperationException("Weir.slnx was not found above the test's folder");
        }

        return folder.FullName;
    }
}
