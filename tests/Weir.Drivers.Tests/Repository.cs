namespace Weir.Drivers.Tests;

/// <summary>Where the drivers' programs are.</summary>
internal static class Repository
{
    public static readonly string Root = Find();

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
