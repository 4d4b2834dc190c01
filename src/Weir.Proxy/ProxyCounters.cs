namespace Weir.Proxy;

/// <summary>The numbers behind <see cref="ProxyStatistics"/>. Thread-safe; only ever raised, but the first.</summary>
internal sealed class ProxyCounters
{
    public int Clients;
    public long ClientsTotal;
    public long ClientsBroken;
    public long ClientsRefused;
    public long RequestsLimited;
    public long TlsHandshakes;
    public long TlsFailed;
    public long Logins;
    public long LoginsFailed;
    public long Exchanges;
    public long LocalAnswers;
    public long Retries;
    public long StreamedReplies;
    public long Errors;
    public long SelectionErrors;
    public long CheckOutTimeouts;
    public long Overloads;
    public long LostServers;
    public long Abandoned;
}
