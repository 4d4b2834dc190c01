namespace Weir.Transport;

/// <summary>The files of a listener that speaks TLS, 1.2 or newer.</summary>
public sealed record TlsServerSettings
{
    /// <summary>
    /// The certificate, followed by those of its issuers where clients need them: PEM, or PKCS #12 when its name ends in
    /// <c>.pfx</c> or <c>.p12</c>.
    /// </summary>
    public required string CertificateFile { get; init; }

    /// <summary>The private key, PEM; <see langword="null"/>: it is in the certificate's file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What the key, or the PKCS #12 file, is encrypted with; <see langword="null"/>: nothing.</summary>
    public string? Password { get; init; }

    /// <summary>The authorities, PEM, that clients' certificates must come from; no other is trusted.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Whether clients are asked for certificates; needs <see cref="AuthorityFile"/>. Default none.</summary>
    public ClientCertificates ClientCertificates { get; init; }

    /// <summary>The files, never the password.</summary>
    public override string ToString() =>
        $"{CertificateFile}{(KeyFile is null ? "" : $" with {KeyFile}")}{(AuthorityFile is null ? "" : $", clients by {AuthorityFile}")}";
}
