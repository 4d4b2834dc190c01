namespace Weir.Transport;

/// <summary>What a file of <see cref="TlsServerSettings"/> is there for.</summary>
public enum TlsPart
{
    /// <summary>The certificate.</summary>
    Certificate,

    /// <summary>The private key.</summary>
    Key,

    /// <summary>The authorities of clients' certificates.</summary>
    Authority,
}
