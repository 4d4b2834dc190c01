namespace Weir.Conformance.ConnectionStringCases;

/// <summary>A suite whose files are lists of cases of one form.</summary>
internal sealed class CaseSuite<T>
    where T : ICase
{
    private readonly string _name;
    private readonly Dictionary<string, IReadOnlyList<T>> _files;

    public CaseSuite(string name, Func<SpecFile, bool>? belongs = null)
    {
        _name = name;
        _files = SpecFiles
            .Find(name, recursive: belongs is not null)
            .Where(file => belongs?.Invoke(file) ?? true)
            .ToDictionary(file => file.Name, file => SpecFiles.Read<CaseFile<T>>(file).Tests);
    }

    public T this[string file, int index] => _files[file][index];

    /// <summary>One row a case, named after its file and description.</summary>
    public IEnumerable<TheoryDataRow<string, int>> Rows(Func<T, string>? note = null) =>
        _files.SelectMany(file =>
            file.Value.Select(
                (test, index) =>
                    new TheoryDataRow<string, int>(file.Key, index)
                    {
                        TestDisplayName = $"{_name}/{file.Key}: {test.Description}{note?.Invoke(test)}",
                    }
            )
        );

    /// <summary>A suite without cases must not look like one that passes.</summary>
    public void AssertNotEmpty()
    {
        Assert.NotEmpty(_files);
        Assert.All(_files, file => Assert.NotEmpty(file.Value));
    }
}
