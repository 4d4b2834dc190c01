using System.Text.Json;
using Weir.Cli.Configuration;
using Weir.Proxy.ClientAuthentication;

namespace Weir.Cli.Users;

/// <summary>
/// The file of users: read by <c>weir serve</c>, written by <c>weir user</c>. Holds what is kept of passwords, never
/// passwords; docs/security.md describes it.
/// </summary>
internal static class UsersFile
{
    public const string DefaultPath = "users.json";

    private static readonly string[] Mechanisms = ["SCRAM-SHA-256", "SCRAM-SHA-1"];

    /// <exception cref="ConfigurationException">It can't be read, or has errors: all of them.</exception>
    public static ClientUsers Load(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(path, [$"cannot be read: {error.Message}"]);
        }
    }

    public static ClientUsers Parse(string source, string text)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text);
        }
        catch (JsonException error)
        {
            throw new ConfigurationException(source, [$"line {(error.LineNumber ?? 0) + 1}: is not JSON"]);
        }

        using (document)
        {
            var errors = new ConfigurationErrors(source);
            var root = new JsonSection(document.RootElement, "", errors);
            var users = new ClientUsers
            {
                Secret = root.Bytes("secret"),
                Users = [.. root.Sections("users", optional: true).Select(section => ReadUser(section))],
            };
            root.End("secret", "users");
            foreach (var error in users.Validate())
            {
                errors.AddUnlessKnown(error);
            }

            return errors.Any ? throw errors.ToException() : users;
        }
    }

    private static UserSettings ReadUser(JsonSection section)
    {
        var user = new UserSettings
        {
            Name = section.RequiredString("name"),
            Databases = section.Strings("databases") ?? ["admin"],
            Subject = section.String("subject"),
            UpstreamCredential = section.String("upstreamCredential"),
            Role = section.Choice("role", UserRole.None),
            Credentials = ReadCredentials(section),
        };
        section.End("name", "databases", "subject", "upstreamCredential", "role", "credentials");
        return user;
    }

    // Named and laid out as in MongoDB's system.users, so that users can be taken over from there.
    private static List<ScramCredential> ReadCredentials(JsonSection user)
    {
        List<ScramCredential> all = [];
        if (!user.TryTake("credentials", out var element))
        {
            return all;
        }

        var section = user.Section("credentials", element);
        foreach (var mechanism in Mechanisms)
        {
            if (section.TryTake(mechanism, out var keys))
            {
                ReadCredential(section.Section(mechanism, keys), section, mechanism, all);
            }
        }

        section.End(Mechanisms);
        return all;
    }

    private static void ReadCredential(
        JsonSection keys,
        JsonSection parent,
        string mechanism,
        List<ScramCredential> all
    )
    {
        try
        {
            all.Add(
                new ScramCredential(
                    mechanism,
                    (int)keys.Integer("iterationCount", 1, int.MaxValue, 0),
                    keys.Bytes("salt"),
                    keys.Bytes("storedKey"),
                    keys.Bytes("serverKey")
                )
            );
        }
        catch (ArgumentException error)
        {
            parent.Error(mechanism, $"{error.ParamName}: {error.Message.Split(" (Parameter")[0]}");
        }

        keys.End("iterationCount", "salt", "storedKey", "serverKey");
    }
}
