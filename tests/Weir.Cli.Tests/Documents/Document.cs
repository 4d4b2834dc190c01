using System.Text.RegularExpressions;

namespace Weir.Cli.Tests.Documents;

/// <summary>The documents that users read: every Markdown file of the repository that is not installed or built.</summary>
internal static partial class Document
{
    public static string Root { get; } = FindRoot();

    private static readonly string[] Left = ["/node_modules/", "/bin/", "/obj/", "/artifacts/"];

    public static IEnumerable<FencedBlock> Blocks =>
        from document in All
        from Match block in Fence().Matches(document.Text)
        let line = document.Text.AsSpan(0, block.Index).Count('\n') + 1
        select new FencedBlock(
            $"{document.Path}:{line}",
            block.Groups["language"].Value,
            block.Groups["text"].Value
        );

    /// <summary>What stands between single backticks outside of fenced blocks, with its place.</summary>
    public static IEnumerable<(string Place, string Text)> Codes =>
        from document in All
        let text = Fence().Replace(document.Text, fence => new string('\n', fence.Value.Count('\n')))
        from Match code in Code().Matches(text)
        let line = text.AsSpan(0, code.Index).Count('\n') + 1
        select ($"{document.Path}:{line}", code.Groups["text"].Value.Replace('\n', ' '));

    private static IEnumerable<(string Path, string Text)> All =>
        from path in Directory.EnumerateFiles(Root, "*.md", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !Left.Any($"/{name}".Contains)
        select (name, File.ReadAllText(path).Replace("\r", "", StringComparison.Ordinal));

    private static string FindRoot()
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

    [GeneratedRegex(
        @"^```(?<language>\w*)\n(?<text>.*?)^```",
        RegexOptions.Multiline | RegexOptions.Singleline
    )]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?<!`)`(?<text>[^`]+)`(?!`)")]
    private static partial Regex Code();
}
