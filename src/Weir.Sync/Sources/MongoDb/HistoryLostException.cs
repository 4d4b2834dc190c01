namespace Weir.Sync.Sources.MongoDb;

/// <summary>The source's change history does not reach back to where following has to go on.</summary>
internal sealed class HistoryLostException(Exception cause)
    : Exception(
        $"the source's change history no longer reaches back to where this job left off ({cause.Message})",
        cause
    );
