using System.Net;
using Weir.Admin;

namespace Weir.Cli.Configuration;

/// <summary>Makes the admin server's settings from what was written.</summary>
internal static class AdminReader
{
    private const string TokenVariable = "WEIR_ADMIN_TOKEN";

    /// <summary>The section <c>admin</c>; null: there is none.</summary>
    public static AdminSettings? Read(JsonSection root, ConfigurationErrors errors)
    {
        if (!root.TryTake("admin", out var element))
        {
            return null;
        }

        var section = root.Section("admin", element);
        var listen = section.String("listen");
        var token = section.String("token");
        if (section.String("tokenFile") is { } file)
        {
            token = ReadToken(section, file);
        }

        section.End("listen", "token", "tokenFile");
        return From(listen, token, section.PathOf("listen"), errors);
    }

    /// <summary>What <c>--admin</c> and the environment say.</summary>
    public static AdminSettings From(string? listen, string key, ConfigurationErrors errors) =>
        From(
            string.IsNullOrEmpty(listen) ? null : listen,
            Environment.GetEnvironmentVariable(TokenVariable),
            key,
            errors
        );

    private static AdminSettings From(string? listen, string? token, string key, ConfigurationErrors errors)
    {
        EndPoint endPoint = new IPEndPoint(IPAddress.Loopback, AdminSettings.DefaultPort);
        if (listen is not null)
        {
            if (ListenAddress.TryParse(listen, out var parsed, out var reason))
            {
                endPoint = parsed;
            }
            else
            {
                errors.Add(key, reason);
            }
        }

        var settings = new AdminSettings
        {
            EndPoint = endPoint,
            Token = string.IsNullOrEmpty(token) ? null : token,
        };
        if (settings.Validate() is { } mistake)
        {
            errors.Add(key, $"{mistake} (admin.token, admin.tokenFile or {TokenVariable})");
        }

        return settings;
    }

    private static string? ReadToken(JsonSection section, string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            section.Error("tokenFile", $"cannot be read: {error.Message}");
            return null;
        }
    }
}
