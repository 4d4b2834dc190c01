namespace Weir.Transport;

/// <summary>Whether a listener asks for certificates of its clients.</summary>
public enum ClientCertificates
{
    /// <summary>It does not ask.</summary>
    None,

    /// <summary>It asks; a client may show none, but not a bad one.</summary>
    Optional,

    /// <summary>Without a good certificate there is no connection.</summary>
    Required,
}
