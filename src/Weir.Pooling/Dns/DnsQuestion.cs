namespace Weir.Pooling.Dns;

/// <summary>What is asked: the records of one kind of a name (in lower case, without the dot at its end).</summary>
internal readonly record struct DnsQuestion(string Name, DnsRecordType Type)
{
    public override string ToString() => $"DNS {Type} {Name}";
}
