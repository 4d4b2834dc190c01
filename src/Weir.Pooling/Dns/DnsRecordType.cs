namespace Weir.Pooling.Dns;

/// <summary>The kinds of records that matter here, by their number.</summary>
internal enum DnsRecordType : ushort
{
    CNAME = 5,
    TXT = 16,
    SRV = 33,
}
