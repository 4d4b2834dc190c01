using System.Text.Json;
using Weir.Proxy.ClientAuthentication;

namespace Weir.Cli.Users;

/// <summary>Writes the file of users: whole or not at all, and for nobody but its owner.</summary>
internal static class UsersFileWriter
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true };

    /// <exception cref="IOException">It can't be written; the old one stays.</exception>
    public static void Write(string path, ClientUsers users)
    {
        var whole = Path.GetFullPath(path);
        var draft = $"{whole}.{Environment.ProcessId}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var file = new FileStream(draft, options))
            {
                Write(file, users);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, whole, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    public static void Write(Stream output, ClientUsers users)
    {
        using (var json = new Utf8JsonWriter(output, Readable))
        {
            json.WriteStartObject();
            json.WriteBase64String("secret", users.Secret.Span);
            json.WriteStartArray("users");
            foreach (var user in users.Users)
            {
                Write(json, user);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, UserSettings user)
    {
        json.WriteStartObject();
        json.WriteString("name", user.Name);
        json.WriteStartArray("databases");
        foreach (var database in user.Databases)
        {
            json.WriteStringValue(database);
        }

        json.WriteEndArray();
        if (user.Subject is { } subject)
        {
            json.WriteString("subject", subject);
        }

        if (user.UpstreamCredential is { } credential)
        {
            json.WriteString("upstreamCredential", credential);
        }

        if (user.Role != UserRole.None)
        {
            json.WriteString("role", user.Role.ToString().ToLowerInvariant());
        }

        if (user.Credentials.Count > 0)
        {
            json.WriteStartObject("credentials");
            foreach (var scram in user.Credentials)
            {
                json.WriteStartObject(scram.Mechanism);
                json.WriteNumber("iterationCount", scram.Iterations);
                json.WriteBase64String("salt", scram.Salt.Span);
                json.WriteBase64String("storedKey", scram.StoredKey.Span);
                json.WriteBase64String("serverKey", scram.ServerKey.Span);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
