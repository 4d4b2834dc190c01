using System.Text.Json;

namespace Weir.Conformance.ConnectionStringCases;

/// <summary>The files of one suite whose cases are a list called "tests".</summary>
internal static class CaseFile
{
    /// <summary>The folder that holds the suites: <c>WEIR_SPECS</c>, else shared/specs beside the project.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>One row a case: the file, the description and the case itself.</summary>
    public static List<TheoryDataRow<string, string, string>> Cases(string suite)
    {
        var files = Directory
            .GetFiles(Path.Combine(Root, suite), "*.json")
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.NotEmpty(files);
        var rows = new List<TheoryDataRow<string, string, string>>();
        foreach (var file in files)
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            // A file with anything but "tests" in it is of a form that this runner does not know.
            var tests = Assert.Single(document.RootElement.EnumerateObject());
            Assert.Equal("tests", tests.Name);
            var name = Path.GetFileNameWithoutExtension(file);
            foreach (var test in tests.Value.EnumerateArray())
            {
                var description = test.GetProperty("description").GetString()!;
                rows.Add(
                    new(name, description, test.GetRawText())
                    {
                        TestDisplayName = $"{suite}/{name}: {description}",
                    }
                );
            }
        }
        Assert.NotEmpty(rows);
        return rows;
    }

    /// <summary>Fails when an object has a field that the runner does not check.</summary>
    public static void AssertKnownFields(JsonElement element, params string[] known)
    {
        foreach (var field in element.EnumerateObject())
        {
            Assert.True(known.Contains(field.Name), $"the runner does not know the field '{field.Name}'");
        }
    }

    /// <summary>The field, or null when it is absent or null: both mean that nothing is asserted.</summary>
    public static JsonElement? Field(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string FindRoot()
    {
        if (Environment.GetEnvironmentVariable("WEIR_SPECS") is { Length: > 0 } named)
        {
            return named;
        }
        for (
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null;
            folder = folder.Parent
        )
        {
            var specs = Path.Combine(folder.FullName, "shared", "specs");
            if (Directory.Exists(specs))
            {
                return specs;
            }
        }
        throw new DirectoryNotFoundException(
            "The specification cases are not there: set WEIR_SPECS to their folder."
        );
    }
}
