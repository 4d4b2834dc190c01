using System.Globalization;
using Weir.Protocol.Bson;
using Weir.Sync.Jobs;

namespace Weir.Sync.Sources.Http;

/// <summary>The records of one path of an API, in one part.</summary>
internal sealed class HttpSource(HttpSourceSettings settings, SyncEntity entity, TimeProvider time)
    : ISyncSource
{
    // Links are followed by the reader, which sees to it that credentials stay with the host they are for.
    private readonly HttpClient _client = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
        }
    )
    {
        Timeout = settings.Timeout,
        MaxResponseContentBufferSize = 64 << 20,
    };

    public ValueTask<SourcePlan> SplitAsync(SplitRequest request, CancellationToken cancellationToken)
    {
        var part = new BsonDocument();
        if (request.Since is { } since)
        {
            part["since"] = since.IsDateTime
                ? since.AsDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
                : since.ToInt64().ToString(CultureInfo.InvariantCulture);
        }
        return new(new SourcePlan([part]));
    }

    public ISourceReader Read(BsonDocument part, BsonDocument? position) =>
        new HttpReader(settings, entity, _client, time, part.GetValueOrDefault("since"), position);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
