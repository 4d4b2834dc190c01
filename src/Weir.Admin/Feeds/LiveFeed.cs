using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Weir.Admin.Http;
using Weir.Proxy;
using Weir.Proxy.Administration;

namespace Weir.Admin.Feeds;

/// <summary>
/// What the dashboard shows, as server-sent events: the level with the tables every second, and what happens as it
/// happens. Made once for all who look on, and only while somebody does. Thread-safe.
/// </summary>
internal sealed class LiveFeed : IDisposable
{
    public const int MostViewers = 100;
    private const int RowsPerTable = 100;

    /// <summary>The tables that are sent, the longest ones shortened.</summary>
    private static readonly string[] Tables =
    [
        "upstreams",
        "servers",
        "pools",
        "applications",
        "exchanges",
        "slow",
        "cursors",
        "transactions",
        "destinations",
        "workers",
        "jobs",
    ];

    private readonly Lock _lock = new();
    private readonly HashSet<Channel<ReadOnlyMemory<byte>>> _viewers = [];
    private readonly ProxyServer _proxy;
    private readonly LevelHistory _history;
    private bool _isClosed;

    public LiveFeed(ProxyServer proxy, LevelHistory history)
    {
        _proxy = proxy;
        _history = history;
        history.Sampled += OnSampled;
        proxy.Events.Added += OnEvent;
    }

    /// <summary>
    /// Begins to look on: messages come until the channel is left or closed. <see langword="null"/>: too many do
    /// already. Who is slow misses some.
    /// </summary>
    public Channel<ReadOnlyMemory<byte>>? Join()
    {
        var viewer = Channel.CreateBounded<ReadOnlyMemory<byte>>(
            new BoundedChannelOptions(64)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
            }
        );
        lock (_lock)
        {
            if (_isClosed || _viewers.Count >= MostViewers)
            {
                return null;
            }

            _viewers.Add(viewer);
        }

        viewer.Writer.TryWrite(History());
        if (_history.All() is [.., var last])
        {
            viewer.Writer.TryWrite(Level(last));
        }

        return viewer;
    }

    public void Leave(Channel<ReadOnlyMemory<byte>> viewer)
    {
        lock (_lock)
        {
            _viewers.Remove(viewer);
        }
    }

    public void Dispose()
    {
        _history.Sampled -= OnSampled;
        _proxy.Events.Added -= OnEvent;
        lock (_lock)
        {
            _isClosed = true;
            foreach (var viewer in _viewers)
            {
                viewer.Writer.TryComplete();
            }
        }
    }

    private bool HasViewers
    {
        get
        {
            lock (_lock)
            {
                return _viewers.Count > 0;
            }
        }
    }

    private void OnSampled(LevelSample sample)
    {
        if (HasViewers)
        {
            Send(Level(sample));
        }
    }

    private void OnEvent(AdminEvent happened)
    {
        if (HasViewers)
        {
            Send(Message("happened", json => WriteEvent(json, happened)));
        }
    }

    private void Send(ReadOnlyMemory<byte> message)
    {
        lock (_lock)
        {
            foreach (var viewer in _viewers)
            {
                viewer.Writer.TryWrite(message);
            }
        }
    }

    private ReadOnlyMemory<byte> History() =>
        Message(
            "history",
            json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("samples");
                foreach (var sample in _history.All())
                {
                    sample.Write(json);
                }

                json.WriteEndArray();
                json.WriteStartArray("events");
                foreach (var happened in _proxy.Events.Latest().Take(RowsPerTable).Reverse())
                {
                    WriteEvent(json, happened);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }
        );

    private ReadOnlyMemory<byte> Level(LevelSample sample) =>
        Message(
            "level",
            json =>
            {
                json.WriteStartObject();
                json.WritePropertyName("level");
                sample.Write(json);
                foreach (var name in Tables)
                {
                    if (_proxy.Administration.FindTable(name) is { } table)
                    {
                        WriteTable(json, table);
                    }
                }

                json.WriteEndObject();
            }
        );

    private static void WriteTable(Utf8JsonWriter json, AdminTable table)
    {
        var total = 0;
        json.WriteStartObject(table.Name);
        json.WriteStartArray("items");
        foreach (var row in table.Rows())
        {
            if (total++ < RowsPerTable)
            {
                PlainJson.Write(json, row);
            }
        }

        json.WriteEndArray();
        json.WriteNumber("total", total);
        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, AdminEvent happened)
    {
        json.WriteStartObject();
        json.WriteNumber("id", happened.Id);
        json.WriteString("at", happened.At);
        json.WriteString("kind", happened.Kind);
        json.WriteString("upstream", happened.Upstream);
        json.WriteString("server", happened.Server);
        json.WriteString("text", happened.Text);
        json.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Message(string kind, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        buffer.Write(Encoding.UTF8.GetBytes($"event: {kind}\ndata: "));
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        buffer.Write("\n\n"u8);
        return buffer.WrittenMemory;
    }
}
