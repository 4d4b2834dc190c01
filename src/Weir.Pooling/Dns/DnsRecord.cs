namespace Weir.Pooling.Dns;

/// <summary>A record of an answer. Names are in lower case and have no dot at their end.</summary>
internal abstract record DnsRecord(string Name, TimeSpan TimeToLive)
{
    /// <summary>The name is another name for that one (CNAME).</summary>
    public sealed record Alias(string Name, TimeSpan TimeToLive, string Target) : DnsRecord(Name, TimeToLive);

    /// <summary>The service of that name is at a host (SRV); the root as its host, the empty text, means nowhere.</summary>
    public sealed record Service(string Name, TimeSpan TimeToLive, string Target, int Port)
        : DnsRecord(Name, TimeToLive);

    /// <summary>A text, its strings joined (TXT).</summary>
    public sealed record Text(string Name, TimeSpan TimeToLive, string Content) : DnsRecord(Name, TimeToLive);
}
