using Weir.Pooling.Dns;

namespace Weir.Pooling.Tests.Dns;

/// <summary>A resolver that answers what a test puts into it.</summary>
internal sealed class ScriptedResolver : ISrvResolver
{
    private readonly Lock _gate = new();
    private readonly List<string> _asked = [];

    public IReadOnlyList<SrvRecord> Services { get; set; } = [];

    public IReadOnlyList<string> Texts { get; set; } = [];

    /// <summary>What a look-up of services throws; null: nothing.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What was asked for, in order.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_gate)
            {
                return [.. _asked];
            }
        }
    }

    /// <summary>How often hosts were asked for.</summary>
    public int Scans => Asked.Count(name => name.StartsWith('_'));

    public ScriptedResolver Serve(params string[] hosts) => Serve(86400, hosts);

    /// <summary>Has the hosts, written as "name:port".</summary>
    public ScriptedResolver Serve(int seconds, params string[] hosts)
    {
        Services =
        [
            .. hosts
                .Select(h => h.Split(':'))
                .Select(h => new SrvRecord(
                    h[0],
                    int.Parse(h[1], provider: null),
                    TimeSpan.FromSeconds(seconds)
                )),
        ];
        return this;
    }

    public ValueTask<IReadOnlyList<SrvRecord>> FindServicesAsync(
        string name,
        CancellationToken cancellationToken
    )
    {
        Note(name);
        return Failure is { } failure
            ? ValueTask.FromException<IReadOnlyList<SrvRecord>>(failure)
            : new ValueTask<IReadOnlyList<SrvRecord>>(Services);
    }

    public ValueTask<IReadOnlyList<string>> FindTextsAsync(string name, CancellationToken cancellationToken)
    {
        Note(name);
        return new ValueTask<IReadOnlyList<string>>(Texts);
    }

    private void Note(string name)
    {
        lock (_gate)
        {
            _asked.Add(name);
        }
    }
}
