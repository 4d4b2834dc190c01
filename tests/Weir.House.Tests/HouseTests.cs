using System.Xml.Linq;

namespace Weir.House.Tests;

/// <summary>The plan of the house: dependencies go down only, and namespaces say which floor they are on.</summary>
public class HouseTests
{
    private static readonly string Root = FindRoot();

    /// <summary>Each floor and the floors that it may stand on, directly or not.</summary>
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Weir.Protocol"] = [],
        ["Weir.Transport"] = [],
        ["Weir.Sandbox"] = ["Weir.Protocol", "Weir.Transport"],
        ["Weir.Pooling"] = ["Weir.Protocol", "Weir.Transport"],
        ["Weir.Proxy"] = ["Weir.Protocol", "Weir.Transport", "Weir.Pooling"],
        ["Weir.Doctor"] = ["Weir.Protocol", "Weir.Transport", "Weir.Pooling"],
        ["Weir.Sync"] = ["Weir.Protocol", "Weir.Transport", "Weir.Pooling"],
        ["Weir.Admin"] = ["Weir.Protocol", "Weir.Transport", "Weir.Pooling", "Weir.Proxy", "Weir.Hosting"],
        ["Weir.Hosting"] = ["Weir.Protocol", "Weir.Transport", "Weir.Pooling", "Weir.Proxy"],
        ["Weir.Cli"] =
        [
            "Weir.Doctor",
            "Weir.Protocol",
            "Weir.Transport",
            "Weir.Pooling",
            "Weir.Proxy",
            "Weir.Sync",
            "Weir.Admin",
            "Weir.Sandbox",
        ],
    };

    public static TheoryData<string> Floors => [.. MayKnow.Keys];

    [Fact]
    public void Every_project_has_its_floor_in_the_plan()
    {
        var projects = Directory
            .EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path =>
                path.StartsWith("src/", StringComparison.Ordinal)
                || path.StartsWith("sandbox/", StringComparison.Ordinal)
            )
            .Select(path => Path.GetFileNameWithoutExtension(path)!);

        Assert.Equal(MayKnow.Keys.Order(), projects.Order());
    }

    [Theory]
    [MemberData(nameof(Floors))]
    public void A_project_references_only_floors_below_it(string floor)
    {
        var references = XDocument
            .Load(ProjectFile(floor))
            .Descendants("ProjectReference")
            .Select(reference =>
                Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))
            );

        Assert.Empty(references.Except(MayKnow[floor]));
    }

    [Theory]
    [MemberData(nameof(Floors))]
    public void A_file_uses_and_declares_only_namespaces_of_its_floor_and_those_below(string floor)
    {
        var allowed = MayKnow[floor].Append(floor).ToHashSet();

        var strays =
            from file in SourceFiles(floor)
            from line in File.ReadLines(file)
            let floorNamed = FloorNamedBy(line)
            where floorNamed is not null && !allowed.Contains(floorNamed)
            select $"{Path.GetRelativePath(Root, file)}: {line.Trim()}";

        Assert.Empty(strays);
    }

    [Theory]
    [MemberData(nameof(Floors))]
    public void A_file_is_one_idea_and_no_longer_than_400_lines(string floor)
    {
        var crowded =
            from file in SourceFiles(floor)
            let lines = File.ReadLines(file).Count()
            where lines > 400
            select $"{Path.GetRelativePath(Root, file)}: {lines} lines";

        Assert.Empty(crowded);
    }

    private static string? FloorNamedBy(string line)
    {
        var isDirective =
            line.StartsWith("using ", StringComparison.Ordinal)
            || line.StartsWith("namespace ", StringComparison.Ordinal);
        if (!isDirective)
        {
            return null;
        }

        var at = line.IndexOf("Weir.", StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var parts = line[at..].TrimEnd(';').Split('.', ';', ' ');
        return $"{parts[0]}.{parts[1]}";
    }

    private static IEnumerable<string> SourceFiles(string floor)
    {
        var folder = Path.GetDirectoryName(ProjectFile(floor))!;
        return Directory
            .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path =>
                !path.Contains("/obj/", StringComparison.Ordinal)
                && !path.Contains("/bin/", StringComparison.Ordinal)
            );
    }

    private static string ProjectFile(string floor)
    {
        var folder = floor == "Weir.Sandbox" ? "sandbox" : "src";
        return Path.Combine(Root, folder, floor, $"{floor}.csproj");
    }

    private static string FindRoot()
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

        throw new InvalidOperationException("Weir.slnx was not found above the test's folder");
    }
}
