using System.Net;
using Weir.Protocol.Bson;
using Weir.Protocol.Json;
using Weir.Sync.Chunks;
using Weir.Sync.Jobs;

namespace Weir.Sync.Sources.Http;

/// <summary>Reads page by page. The position is what the next page is asked for with.</summary>
internal sealed class HttpReader(
    HttpSourceSettings settings,
    SyncEntity entity,
    HttpClient client,
    TimeProvider time,
    BsonValue since,
    BsonDocument? position
) : ISourceReader
{
    private string? _next = position?["next"].AsString;
    private bool _isAtEnd;

    public async ValueTask<bool> ReadAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        while (!chunk.IsFull && !_isAtEnd)
        {
            await ReadPageAsync(chunk, cancellationToken);
        }
        return !_isAtEnd;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask ReadPageAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        var address = Address();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = settings.Authorization;
        request.Headers.Accept.ParseAdd("application/json");
        foreach (var (name, value) in settings.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await SendAsync(request, address, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw Refused(response, address);
        }
        var body = Parse(await response.Content.ReadAsStringAsync(cancellationToken), address);
        var items = Look(body, settings.Items);
        if (!items.IsArray)
        {
            throw new SourceException(
                $"source {settings.Name}: {Shown(address)} answers with no list at '{settings.Items}'; set 'items' to its path"
            );
        }
        foreach (var item in items.AsArray)
        {
            if (item.IsDocument)
            {
                chunk.Add(item.AsDocument);
            }
            else
            {
                chunk.Refuse($"{Shown(address)}: a record is {item.Type} and no document");
            }
        }
        _next = NextOf(body, response, items.AsArray.Count, address);
        _isAtEnd = _next is null;
        if (_next is { } next)
        {
            chunk.Position = new BsonDocument { ["next"] = next };
        }
    }

    private async ValueTask<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        Uri address,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await client.SendAsync(request, cancellationToken);
        }
        catch (Exception e)
            when (e is HttpRequestException or TaskCanceledException
                && !cancellationToken.IsCancellationRequested
            )
        {
            throw new SourceException(
                $"source {settings.Name}: {Shown(address)}: {e.Message}",
                isTransient: true,
                e
            );
        }
    }

    private Uri Address()
    {
        if (_next is { } link && settings.Pages.Kind == PaginationKind.Link)
        {
            return new Uri(link);
        }
        var parameters = new List<KeyValuePair<string, string>>(settings.Parameters);
        if (since.IsString)
        {
            parameters.Add(new(settings.Since!, since.AsString));
        }
        if (settings.Pages.Kind == PaginationKind.Number)
        {
            var number =
                _next ?? settings.Pages.First.ToString(System.Globalization.CultureInfo.InvariantCulture);
            parameters.Add(new(settings.Pages.Parameter, number));
        }
        else if (_next is { } cursor)
        {
            parameters.Add(new(settings.Pages.Parameter, cursor));
        }
        var builder = new UriBuilder(settings.Url);
        builder.Path = $"{builder.Path.TrimEnd('/')}/{entity.From.TrimStart('/')}";
        var query = parameters.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}");
        builder.Query = string.Join(
            '&',
            query.Prepend(builder.Query.TrimStart('?')).Where(q => q.Length > 0)
        );
        return builder.Uri;
    }

    private string? NextOf(BsonValue body, HttpResponseMessage response, int count, Uri address)
    {
        var pages = settings.Pages;
        switch (pages.Kind)
        {
            case PaginationKind.Number:
                var number = _next is null
                    ? pages.First
                    : int.Parse(_next, System.Globalization.CultureInfo.InvariantCulture);
                return count == 0
                    ? null
                    : (number + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            case PaginationKind.Cursor:
                return Changed(TextOf(Look(body, pages.From)));
            case PaginationKind.Link:
                var link =
                    pages.From == Pagination.Header
                        ? LinkHeader.Next(response)
                        : TextOf(Look(body, pages.From));
                return link is null ? null : Changed(SameHost(new Uri(address, link), address));
            default:
                return null;
        }
    }

    // An API that gives the same page again would be asked for ever.
    private string? Changed(string? next) =>
        next is null || next != _next
            ? next
            : throw new SourceException(
                $"source {settings.Name}: the next page is the same page again: {next}"
            );

    private string SameHost(Uri next, Uri address) =>
        next.GetLeftPart(UriPartial.Authority) == address.GetLeftPart(UriPartial.Authority)
            ? next.AbsoluteUri
            : throw new SourceException(
                $"source {settings.Name}: the next page is on another host, {next.Authority}, which the credentials are not for"
            );

    private BsonValue Parse(string text, Uri address)
    {
        try
        {
            return ExtendedJson.ParseValue(text);
        }
        catch (FormatException e)
        {
            throw new SourceException(
                $"source {settings.Name}: {Shown(address)} answers with what is not JSON: {e.Message}",
                false,
                e
            );
        }
    }

    private SourceException Refused(HttpResponseMessage response, Uri address)
    {
        var status = response.StatusCode;
        var isTransient =
            status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)status >= 500;
        var wait = response.Headers.RetryAfter;
        return new SourceException(
            $"source {settings.Name}: {Shown(address)} answers with {(int)status} {response.ReasonPhrase}",
            isTransient
        )
        {
            RetryAfter = wait?.Delta ?? (wait?.Date is { } date ? date - time.GetUtcNow() : null),
        };
    }

    private static BsonValue Look(BsonValue body, string path)
    {
        if (path.Length == 0)
        {
            return body;
        }
        return body.IsDocument && Transforms.Field.TryGet(body.AsDocument, path, out var value)
            ? value
            : default;
    }

    private static string? TextOf(BsonValue value) =>
        value.IsString ? (value.AsString.Length > 0 ? value.AsString : null)
        : value.IsNumber ? value.ToString()
        : null;

    // Parameters may be secrets.
    private static string Shown(Uri address) => address.GetLeftPart(UriPartial.Path);
}
