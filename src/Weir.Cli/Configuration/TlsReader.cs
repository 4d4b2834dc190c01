using Weir.Transport;

namespace Weir.Cli.Configuration;

/// <summary>Makes a listener's TLS from what was written, and looks whether its files can be used.</summary>
internal static class TlsReader
{
    /// <param name="section">The object that was written.</param>
    /// <param name="folder">What the files' paths are relative to.</param>
    public static TlsServerSettings Read(JsonSection section, string folder)
    {
        var settings = new TlsServerSettings
        {
            CertificateFile = Path.Combine(folder, section.RequiredString("certificateFile")),
            KeyFile = section.String("keyFile") is { } key ? Path.Combine(folder, key) : null,
            Password = section.String("password"),
            AuthorityFile = section.String("authorityFile") is { } file ? Path.Combine(folder, file) : null,
            ClientCertificates = section.Choice("clientCertificates", ClientCertificates.None),
        };
        var complete = !section.HasErrors;
        section.End("certificateFile", "keyFile", "password", "authorityFile", "clientCertificates");
        if (complete && Check(settings) is { } error)
        {
            section.Error(KeyOf(error.Part, settings), error.Message);
        }

        return settings;
    }

    /// <summary>What is wrong with the files, if anything.</summary>
    public static TlsFileException? Check(TlsServerSettings settings)
    {
        try
        {
            _ = new TlsServerFiles(settings, TimeProvider.System);
            return null;
        }
        catch (TlsFileException error)
        {
            return error;
        }
    }

    private static string KeyOf(TlsPart part, TlsServerSettings settings) =>
        part switch
        {
            TlsPart.Authority => "authorityFile",
            TlsPart.Key when settings.KeyFile is not null => "keyFile",
            _ => "certificateFile",
        };
}
