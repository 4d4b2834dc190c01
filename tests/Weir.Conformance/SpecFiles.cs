using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weir.Conformance;

/// <summary>
/// The cases of the public driver specifications. They are no part of this repository: they are read from the folder
/// that WEIR_SPECS names, else from <c>shared/specs</c> beside the repository or beside one of its parents.
/// </summary>
internal static class SpecFiles
{
    private static readonly Lazy<string> s_root = new(FindRoot);

    private static readonly JsonSerializerOptions s_strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    public static string Root => s_root.Value;

    /// <summary>
    /// The case files of a suite in the order of their names: <c>Find("bson-corpus")</c>,
    /// <c>Find("connection-monitoring-and-pooling/cmap-format")</c>. None at all is an error: a suite that is not
    /// found must not look like one that passes.
    /// </summary>
    /// <param name="suite">A folder below <see cref="Root"/>.</param>
    /// <param name="recursive">Whether files in folders below count.</param>
    public static IReadOnlyList<SpecFile> Find(string suite, bool recursive = false)
    {
        var folder = Folder(suite);
        var depth = recursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
        var files = Directory
            .EnumerateFiles(folder, "*.json", depth)
            .Select(path => new SpecFile(
                Path.GetRelativePath(folder, path).Replace('\\', '/')[..^".json".Length],
                path
            ))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .ToList();
        return files.Count > 0 ? files : throw new FileNotFoundException($"{folder} has no case files.");
    }

    /// <summary>Reads a case file into a type of the runner's. A field that the type does not know is a failure.</summary>
    public static T Read<T>(SpecFile file)
    {
        try
        {
            using var stream = File.OpenRead(file.Path);
            return JsonSerializer.Deserialize<T>(stream, s_strict)
                ?? throw new JsonException("The file holds null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file.Path}: {e.Message}", e);
        }
    }

    /// <summary>
    /// Where a suite lies: as in <c>shared/specs</c>, or as in the specifications' own repository, which keeps the
    /// cases of a specification in a folder "tests" beside its text.
    /// </summary>
    private static string Folder(string suite)
    {
        var specification = suite.Split('/')[0];
        var tests = Path.Combine(Root, specification, "tests");
        var folder = Directory.Exists(tests)
            ? Path.Combine(tests, suite[specification.Length..].TrimStart('/'))
            : Path.Combine(Root, suite);
        return Directory.Exists(folder)
            ? folder
            : throw new DirectoryNotFoundException($"The specification cases of {suite} are not in {Root}.");
    }

    private static string FindRoot()
    {
        if (Environment.GetEnvironmentVariable("WEIR_SPECS") is { Length: > 0 } named)
        {
            // A whole copy of the specifications' repository has them in its folder "source".
            var source = Path.Combine(named, "source");
            return Directory.Exists(source) ? Path.GetFullPath(source)
                : Directory.Exists(named) ? Path.GetFullPath(named)
                : throw new DirectoryNotFoundException($"WEIR_SPECS names {named}, which is not there.");
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
            "The specification cases are not there: no parent folder has shared/specs, and WEIR_SPECS is not set."
        );
    }
}
