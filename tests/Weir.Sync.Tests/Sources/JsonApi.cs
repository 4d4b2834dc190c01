using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Weir.Sync.Tests.Sources;

/// <summary>An HTTP server of the tests' own, on loopback: answers as a test says, and remembers what was asked.</summary>
internal sealed class JsonApi : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<HttpListenerRequest, (int Status, string Body, (string, string)[] Headers)> _answer;
    private readonly Task _serving;

    public JsonApi(Func<HttpListenerRequest, (int Status, string Body, (string, string)[] Headers)> answer)
    {
        _answer = answer;
        Url = Start();
        _serving = ServeAsync();
    }

    public Uri Url { get; }

    public ConcurrentQueue<string> Asked { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    // HttpListener cannot choose a port by itself.
    private Uri Start()
    {
        for (var attempt = 0; ; attempt++)
        {
            var url = $"http://127.0.0.1:{Random.Shared.Next(20_000, 32_000)}/";
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add(url);
            try
            {
                _listener.Start();
                return new Uri(url);
            }
            catch (HttpListenerException) when (attempt < 50)
            {
                // Somebody has it.
            }
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            Asked.Enqueue(context.Request.Url!.PathAndQuery);
            var (status, body, headers) = _answer(context.Request);
            context.Response.StatusCode = status;
            foreach (var (name, value) in headers)
            {
                context.Response.AddHeader(name, value);
            }
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            context.Response.Close();
        }
    }
}
