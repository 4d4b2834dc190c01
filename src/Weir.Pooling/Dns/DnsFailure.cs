namespace Weir.Pooling.Dns;

/// <summary>Why a look-up failed.</summary>
public enum DnsFailure
{
    /// <summary>The name does not exist (NXDOMAIN).</summary>
    NoSuchName,

    /// <summary>The name exists, but has no record of the kind that was asked for (NODATA).</summary>
    NoRecords,

    /// <summary>The name server could not find out (SERVFAIL), or answered with another error.</summary>
    ServerFailure,

    /// <summary>The name server does not answer such questions from here (REFUSED).</summary>
    Refused,

    /// <summary>No name server answered in time.</summary>
    Timeout,

    /// <summary>No name server could be reached.</summary>
    Unreachable,

    /// <summary>The question cannot be put, or the answer is no well-formed DNS message.</summary>
    Malformed,
}
