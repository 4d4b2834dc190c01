using System.IO.Compression;
using System.Text;
using Weir.Protocol.Bson;
using Weir.Sync.Chunks;
using Weir.Sync.Jobs;
using Weir.Sync.Sources;
using Weir.Sync.Sources.Files;

namespace Weir.Sync.Tests.Sources;

/// <summary>JSON Lines and CSV files.</summary>
public sealed class FilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lines_of_JSON_are_read_and_gone_on_with_after_any_chunk(bool isZipped)
    {
        var lines = Enumerable
            .Range(0, 100)
            .Select(i => $$"""{ "_id": {"$numberLong": "{{i}}"}, "text": "ü{{new string('x', i * 50)}}" }""");
        Write(isZipped ? "a.jsonl.gz" : "a.jsonl", "\uFEFF" + string.Join("\r\n", lines) + "\n\n");

        await SourceContract.HoldsAsync(await OpenAsync("a.*"), 100);
    }

    [Fact]
    public async Task Bad_lines_are_refused_and_the_others_are_read()
    {
        Write("a.jsonl", "{\"a\": 1}\nnonsense\n[1]\n{\"a\": 2}");

        var (records, refusals) = await SourceContract.ReadAllAsync(await OpenAsync("a.jsonl"));

        Assert.Equal([1, 2], records.Select(r => r["a"].AsInt32));
        Assert.Equal(2, refusals.Count);
        Assert.Contains("line 2: ", refusals[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Values_of_CSV_are_read_and_gone_on_with_after_any_chunk(bool isZipped)
    {
        var rows = Enumerable.Range(0, 100).Select(i => $"{i};\"a \"\"quoted\"\"; {i}\nsecond line\";");
        Write(isZipped ? "a.csv.gz" : "a.csv", "id;text;empty\n" + string.Join("\n", rows));

        var source = await OpenAsync("a.*", delimiter: ";");
        var (records, _) = await SourceContract.ReadAllAsync(source);

        Assert.Equal("a \"quoted\"; 7\nsecond line", records[7]["text"].AsString);
        Assert.Equal("", records[7]["empty"].AsString);
        await SourceContract.HoldsAsync(source, 100);
    }

    [Fact]
    public async Task A_row_of_another_length_is_refused()
    {
        Write("a.csv", "a,b\n1,2\n3\n4,5,6\n7,8");

        var (records, refusals) = await SourceContract.ReadAllAsync(await OpenAsync("a.csv"));

        Assert.Equal(["1", "7"], records.Select(r => r["a"].AsString));
        Assert.Contains("record 2 has 1 values, the header 2", refusals[0], StringComparison.Ordinal);
        Assert.Contains("record 3 has 3 values, the header 2", refusals[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_takes_many_files_a_part_each()
    {
        Write("a-1.jsonl", "{\"n\": 1}");
        Write("a-2.jsonl.gz", "{\"n\": 2}");
        Write("b.jsonl", "{\"n\": 3}");

        var source = await OpenAsync("a-*");
        var plan = await source.SplitAsync(new SplitRequest(4, null, 100), Stage.Ending);

        Assert.Equal(2, plan.Parts.Count);
        Assert.Equal([1, 2], (await SourceContract.ReadAllAsync(source)).Records.Select(r => r["n"].AsInt32));
    }

    [Fact]
    public async Task A_file_that_changed_since_the_plan_is_not_gone_on_with()
    {
        Write("a.jsonl", "{\"n\": 1}\n{\"n\": 2}");
        var source = await OpenAsync("a.jsonl");
        var plan = await source.SplitAsync(new SplitRequest(1, null, 100), Stage.Ending);
        Write("a.jsonl", "{}");
        await using var reader = source.Read(plan.Parts[0], null);
        using var chunk = new Chunk(new ByteBudget(1 << 20), 10, 1 << 16);

        var error = await Assert.ThrowsAsync<SourceException>(async () =>
            await reader.ReadAsync(chunk, Stage.Ending)
        );

        Assert.Contains("has changed since the run began", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_input_is_a_file_too()
    {
        var source = await OpenAsync("ignored", path: "-", input: "{\"n\": 1}\n{\"n\": 2}\n");

        Assert.Equal([1, 2], (await SourceContract.ReadAllAsync(source)).Records.Select(r => r["n"].AsInt32));
    }

    [Fact]
    public async Task Files_are_copied_by_key()
    {
        await using var stage = await Stage.StartAsync();
        Write("people.csv", "id,name,age\n1,Ann,30\n2,Bob,\n3,Cy,old\n");

        var progress = await stage.RunToEndAsync(
            $$"""
            destinations: { d: "{uri}" }
            sources: { s: { files: { path: "{{_folder}}" } } }
            jobs:
              j:
                source: s
                destination: d
                database: crm
                entities:
                  people:
                    from: people.csv
                    transforms:
                      - cast: { id: int, age: int }
                      - rename: { id: _id }
            """
        );

        Assert.Equal(1, progress.Counts.Refused);
        var people = await stage.FindAsync("crm", "people");
        Assert.Equal([1, 2], people.Select(p => p["_id"].AsInt32));
        Assert.Equal((30, true), (people[0]["age"].AsInt32, people[1]["age"].IsNull));
    }

    private ValueTask<ISyncSource> OpenAsync(
        string from,
        string delimiter = ",",
        string? path = null,
        string input = ""
    )
    {
        var settings = new FilesSourceSettings
        {
            Name = "files",
            Path = path ?? _folder,
            Delimiter = delimiter,
        };
        var context = new SourceContext(null!, TimeProvider.System)
        {
            StandardInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
        };
        var entity = new SyncEntity
        {
            Name = "e",
            From = from,
            Into = "e",
        };
        return settings.OpenAsync(entity, context, Stage.Ending);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        using var file = File.Create(path);
        using Stream stream = name.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Compress)
            : file;
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
