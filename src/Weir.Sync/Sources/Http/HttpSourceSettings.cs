using System.Net.Http.Headers;
using System.Text;
using Weir.Sync.Jobs;

namespace Weir.Sync.Sources.Http;

/// <summary>A JSON API as a source: entities are paths below its address.</summary>
public sealed record HttpSourceSettings : SourceSettings
{
    /// <summary>The address that entities' paths are added to.</summary>
    public required Uri Url { get; init; }

    /// <summary>The bearer token.</summary>
    public string? Bearer { get; init; }

    /// <summary>User and password of basic authentication.</summary>
    public (string User, string Password)? Basic { get; init; }

    /// <summary>Headers of every request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Parameters of every request: the page's size, say.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The dotted path of the records in the answer; empty: the answer is the list.</summary>
    public string Items { get; init; } = "";

    /// <summary>How the next page is asked for.</summary>
    public Pagination Pages { get; init; } = new(PaginationKind.None);

    /// <summary>Incremental jobs: the parameter that takes the watermark, a time as ISO 8601.</summary>
    public string? Since { get; init; }

    /// <summary>How long an answer may take. Default 100 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    internal AuthenticationHeaderValue? Authorization =>
        Bearer is { } token ? new("Bearer", token)
        : Basic is var (user, password)
            ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")))
        : null;

    /// <inheritdoc/>
    public override ValueTask<ISyncSource> OpenAsync(
        SyncEntity entity,
        SourceContext context,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(context);
        return new(new HttpSource(this, entity, context.Time));
    }

    /// <inheritdoc/>
    public override void Check(SyncEntity entity, SyncMode mode, Action<string, string> error)
    {
        ArgumentNullException.ThrowIfNull(error);
        base.Check(entity, mode, error);
        if (mode == SyncMode.Incremental && Since is null)
        {
            error("watermark", $"needs 'since' at the source {Name}: the parameter that takes it");
        }
    }

    /// <summary>Without credentials.</summary>
    public override string ToString() => $"HTTP source {Name}";
}
