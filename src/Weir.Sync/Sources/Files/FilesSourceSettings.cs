using Weir.Sync.Jobs;

namespace Weir.Sync.Sources.Files;

/// <summary>
/// Files as a source: JSON Lines or CSV, each perhaps gzipped. An entity's <c>from</c> is a file's name in the folder,
/// or a pattern (<c>orders-*.jsonl.gz</c>).
/// </summary>
public sealed record FilesSourceSettings : SourceSettings
{
    /// <summary>Standard input as a path.</summary>
    public const string StandardInput = "-";

    /// <summary>The folder; a single file; or <c>-</c> for standard input.</summary>
    public required string Path { get; init; }

    /// <summary>What stands in the files; <see langword="null"/>: their names tell (<c>.csv</c>, else JSON Lines).</summary>
    public FileFormat? Format { get; init; }

    /// <summary>What stands between two values of a CSV file. Default: a comma.</summary>
    public string Delimiter { get; init; } = ",";

    /// <inheritdoc/>
    public override ValueTask<ISyncSource> OpenAsync(
        SyncEntity entity,
        SourceContext context,
        CancellationToken cancellationToken
    ) => new(new FilesSource(this, entity, context));

    /// <inheritdoc/>
    public override void Check(SyncEntity entity, SyncMode mode, Action<string, string> error)
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(error);
        // JSON Lines may have an _id.
        base.Check(
            entity.IsKeyedById && Format != FileFormat.Csv ? entity with { Key = ["any"] } : entity,
            mode,
            error
        );
        if (mode == SyncMode.Incremental)
        {
            error("watermark", "files are read whole: use full mode");
        }
    }
}
