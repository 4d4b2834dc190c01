namespace Weir.Sync.Configuration;

/// <summary>A file of sync jobs has errors: all of them, each with its line and key.</summary>
public sealed class SyncConfigurationException : Exception
{
    internal SyncConfigurationException(string source, IReadOnlyList<string> errors)
        : base(string.Join(Environment.NewLine, errors.Select(error => $"{source}{error}")))
    {
        Errors = errors;
    }

    /// <summary>The errors, without the file's name: <c>:12: jobs.nightly.mode: must be …</c>.</summary>
    public IReadOnlyList<string> Errors { get; }
}
