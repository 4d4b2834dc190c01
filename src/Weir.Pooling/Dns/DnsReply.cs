namespace Weir.Pooling.Dns;

/// <summary>A name server's answer to one question.</summary>
internal sealed record DnsReply(
    DnsQuestion Question,
    int Code,
    bool IsTruncated,
    IReadOnlyList<DnsRecord> Records
)
{
    /// <summary>No error.</summary>
    public const int Success = 0;

    /// <summary>NXDOMAIN.</summary>
    public const int NoSuchName = 3;

    private const int MostAliases = 16;

    /// <summary>
    /// The records that answer the question, found by way of the aliases of the answer; each may be kept no longer
    /// than the aliases that led to it.
    /// </summary>
    /// <exception cref="DnsFormatException">The aliases do not end.</exception>
    public IReadOnlyList<T> Answers<T>()
        where T : DnsRecord
    {
        var name = Question.Name;
        var timeToLive = TimeSpan.MaxValue;
        for (var i = 0; i <= MostAliases; i++)
        {
            T[] found =
            [
                .. Records
                    .OfType<T>()
                    .Where(r => r.Name == name)
                    .Select(r => r with { TimeToLive = Shorter(r.TimeToLive, timeToLive) }),
            ];
            if (found.Length > 0 || Alias(name) is not { } alias)
            {
                return found;
            }
            name = alias.Target;
            timeToLive = Shorter(timeToLive, alias.TimeToLive);
        }
        throw new DnsFormatException($"more than {MostAliases} aliases (CNAME), or a circle of them");
    }

    private DnsRecord.Alias? Alias(string name) =>
        Records.OfType<DnsRecord.Alias>().FirstOrDefault(r => r.Name == name);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
