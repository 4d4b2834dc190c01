namespace Weir.Sync.Sources.Files;

/// <summary>What stands in a file.</summary>
public enum FileFormat
{
    /// <summary>A JSON document per line; Extended JSON counts.</summary>
    Jsonl,

    /// <summary>Comma-separated values with a header line. Every value is a text until a transform casts it.</summary>
    Csv,
}
