namespace Weir.Pooling.Dns;

/// <summary>A DNS look-up failed. The message names what was looked up, and each name server with what it said.</summary>
public sealed class DnsException : Exception
{
    /// <summary>Creates the error of one look-up.</summary>
    /// <param name="failure">Why it failed.</param>
    /// <param name="what">What was looked up: the kind of record and the name.</param>
    /// <param name="reason">What happened, with the name server that said so.</param>
    /// <param name="innerException">What lies behind it.</param>
    public DnsException(DnsFailure failure, string what, string reason, Exception? innerException = null)
        : base($"{what}: {reason}", innerException)
    {
        Failure = failure;
        Reason = reason;
    }

    /// <summary>Why it failed.</summary>
    public DnsFailure Failure { get; }

    /// <summary>What happened, without what was looked up.</summary>
    internal string Reason { get; }
}
