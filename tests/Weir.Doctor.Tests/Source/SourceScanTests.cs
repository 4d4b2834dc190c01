using Weir.Doctor.Source;

namespace Weir.Doctor.Tests.Source;

/// <summary>
/// Code bases that make too many connections, and popular ones that do not. A line that is to be found says so itself:
/// <c>finds: KIND, KIND</c> in a comment.
/// </summary>
public class SourceScanTests
{
    private const string Mark = "finds: ";

    private static readonly string Code = Path.Combine(
        SourceTree.Root,
        "tests",
        "Weir.Doctor.Tests",
        "Source",
        "Code"
    );

    public static TheoryData<string> Folders =>
        [
            .. Directory
                .EnumerateDirectories(Code)
                .SelectMany(Directory.EnumerateDirectories)
                .Select(folder => Path.GetRelativePath(Code, folder))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Folders))]
    public void What_is_marked_is_found_and_nothing_else(string folder)
    {
        var root = Path.Combine(Code, folder);
        var report = SourceScan.Read(root);

        Assert.Equal(
            Marked(root).Order(StringComparer.Ordinal),
            report
                .Findings.Select(finding => $"{finding.File}:{finding.Line} {finding.Kind}")
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Both_kinds_of_code_bases_are_there() =>
        Assert.Equal(["bad", "good"], Directory.GetDirectories(Code).Select(Path.GetFileName).Order());

    [Fact]
    public void Processes_side_by_side_in_a_package_are_found()
    {
        var folder = Directory.CreateTempSubdirectory("weir-source-");
        try
        {
            File.WriteAllText(
                Path.Combine(folder.FullName, "package.json"),
                """
                {
                  "scripts": {
                    "test": "node --test",
                    "dev": "concurrently \"node api.js\" \"node worker.js\" \"node scheduler.js\"",
                    "stop": "pkill -9 node"
                  }
                }
                """
            );

            var findings = SourceScan.Read(folder.FullName).Findings;

            Assert.Equal(
                ["several-processes 4", "kill-9 5"],
                findings.Select(finding => $"{finding.Kind} {finding.Line}").OrderDescending()
            );
            Assert.Contains(
                findings,
                finding => finding.Title.StartsWith("3 processes", StringComparison.Ordinal)
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void CSharp_that_cannot_be_parsed_is_read_as_far_as_it_can()
    {
        var folder = Directory.CreateTempSubdirectory("weir-source-");
        try
        {
            File.WriteAllText(
                Path.Combine(folder.FullName, "Orders.cs"),
                """
                class Orders
                {
                    void Save(Order order)
                    {
                        var client = new MongoClient("mongodb://db/?maxPoolSize=9");
                        client.GetDatabase("shop").GetCollection<Order>("orders").InsertOne(order);
                    }

                    void Unfinished(
                """
            );

            Assert.Equal("client-per-call", Assert.Single(SourceScan.Read(folder.FullName).Findings).Kind);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Marked(string root) =>
        from file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
        from line in File.ReadLines(file).Index()
        let at = line.Item.IndexOf(Mark, StringComparison.Ordinal)
        where at >= 0
        from kind in line.Item[(at + Mark.Length)..].Split(", ")
        select $"{Path.GetRelativePath(root, file).Replace('\\', '/')}:{line.Index + 1} {kind}";
}
