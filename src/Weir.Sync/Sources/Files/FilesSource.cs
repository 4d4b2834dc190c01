using System.IO.Compression;
using Weir.Protocol.Bson;
using Weir.Sync.Jobs;

namespace Weir.Sync.Sources.Files;

/// <summary>The files of an entity, one part each.</summary>
internal sealed class FilesSource(FilesSourceSettings settings, SyncEntity entity, SourceContext context)
    : ISyncSource
{
    public ValueTask<SourcePlan> SplitAsync(SplitRequest request, CancellationToken cancellationToken)
    {
        if (settings.Path == FilesSourceSettings.StandardInput)
        {
            return new(new SourcePlan([new BsonDocument { ["file"] = FilesSourceSettings.StandardInput }]));
        }
        var files = Find();
        return files.Count > 0
            ? new(
                new SourcePlan([
                    .. files.Select(file => new BsonDocument
                    {
                        ["file"] = file,
                        ["size"] = new FileInfo(file).Length,
                    }),
                ])
            )
            : throw new SourceException(
                $"source {settings.Name}: no file matches '{entity.From}' in {settings.Path}"
            );
    }

    public ISourceReader Read(BsonDocument part, BsonDocument? position)
    {
        var file = part["file"].AsString;
        Func<Stream> open = () => Open(file, part);
        if (file == FilesSourceSettings.StandardInput && position is not null)
        {
            throw new SourceException(
                $"source {settings.Name}: standard input cannot be read again; give it from the beginning and run with --restart"
            );
        }
        return FormatOf(file) == FileFormat.Csv
            ? new CsvReader(open, settings.Delimiter, file, position)
            : new JsonLinesReader(open, file, position);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private List<string> Find()
    {
        if (File.Exists(settings.Path))
        {
            return [settings.Path];
        }
        try
        {
            return [.. Directory.EnumerateFiles(settings.Path, entity.From).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SourceException(
                $"source {settings.Name}: {settings.Path} cannot be read: {e.Message}",
                false,
                e
            );
        }
    }

    private Stream Open(string file, BsonDocument part)
    {
        if (file == FilesSourceSettings.StandardInput)
        {
            return context.StandardInput();
        }
        try
        {
            var stream = new FileStream(
                file,
                new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 0 }
            );
            if (stream.Length != part["size"].ToInt64())
            {
                stream.Dispose();
                throw new SourceException(
                    $"source {settings.Name}: {file} has changed since the run began; start again with --restart"
                );
            }
            return file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                ? new GZipStream(stream, CompressionMode.Decompress)
                : stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceException(
                $"source {settings.Name}: {file} cannot be read: {e.Message}",
                false,
                e
            );
        }
    }

    private FileFormat FormatOf(string file)
    {
        var name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return settings.Format
            ?? (
                name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? FileFormat.Csv : FileFormat.Jsonl
            );
    }
}
