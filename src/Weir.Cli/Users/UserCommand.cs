using System.CommandLine;
using System.Security.Cryptography;
using Weir.Cli.Configuration;
using Weir.Proxy.ClientAuthentication;

namespace Weir.Cli.Users;

/// <summary><c>weir user</c>: adds, removes and lists those who may log in.</summary>
internal static class UserCommand
{
    private const int SecretSize = 32;

    private static readonly Argument<string> Name = new("name") { Description = "The user's name." };

    private static readonly Option<string> File = new("--file")
    {
        Description = "File of users.",
        DefaultValueFactory = _ => UsersFile.DefaultPath,
    };

    private static readonly Option<string[]> Database = new("--database")
    {
        Description =
            "Database that the client may name as its authSource; may be given several times. Default admin.",
    };

    private static readonly Option<string?> Subject = new("--subject")
    {
        Description = "Subject of the client certificate by which the user logs in, instead of a password.",
    };

    private static readonly Option<string?> UpstreamCredential = new("--upstream-credential")
    {
        Description =
            "Name of the credential in weir.json by which the user's requests go upstream. Default: the upstream's own.",
    };

    private static readonly Option<bool> Replace = new("--replace")
    {
        Description = "Replace the user when it is there already: a new password, say.",
    };

    public static Command Create()
    {
        var add = new Command(
            "add",
            "Add a user. The password is asked for at a terminal, or read from standard input; it is not stored."
        )
        {
            Name,
            File,
            Database,
            Subject,
            UpstreamCredential,
            Replace,
        };
        add.SetAction(parsed => Try(() => Add(parsed)));
        var remove = new Command("remove", "Remove a user.") { Name, File };
        remove.SetAction(parsed => Try(() => Remove(parsed)));
        var list = new Command("list", "List the users.") { File };
        list.SetAction(parsed => Try(() => List(parsed)));
        return new Command("user", "Look after the users who may log in to weir serve.")
        {
            add,
            remove,
            list,
        };
    }

    private static string? Add(ParseResult parsed)
    {
        var path = parsed.GetValue(File)!;
        var users = LoadOrCreate(path);
        var name = parsed.GetValue(Name)!;
        var before = users.Users.FirstOrDefault(user => user.Name == name);
        if (before is not null && !parsed.GetValue(Replace))
        {
            return $"{path} has a user \"{name}\" already; --replace replaces it";
        }

        var subject = parsed.GetValue(Subject);
        IReadOnlyList<ScramCredential> credentials = [];
        if (subject is null)
        {
            if (PasswordPrompt.Read(name, out var problem) is not { } password)
            {
                return problem;
            }

            try
            {
                credentials = ScramCredential.Derive(name, password);
            }
            catch (ArgumentException error)
            {
                return error.Message.Split(" (Parameter")[0];
            }
        }

        var user = new UserSettings
        {
            Name = name,
            Databases = parsed.GetValue(Database) is { Length: > 0 } databases ? databases : ["admin"],
            Subject = subject,
            UpstreamCredential = parsed.GetValue(UpstreamCredential) ?? before?.UpstreamCredential,
            Role = before?.Role ?? UserRole.None,
            Credentials = credentials,
        };
        users = users with { Users = [.. users.Users.Where(other => other != before), user] };
        if (users.Validate() is [var mistake, ..])
        {
            return mistake;
        }

        UsersFileWriter.Write(path, users);
        Console.Out.WriteLine($"{(before is null ? "added" : "replaced")} {name} in {path}");
        return null;
    }

    private static string? Remove(ParseResult parsed)
    {
        var path = parsed.GetValue(File)!;
        var name = parsed.GetValue(Name)!;
        var users = UsersFile.Load(path);
        var left = users.Users.Where(user => user.Name != name).ToList();
        if (left.Count == users.Users.Count)
        {
            return $"{path} has no user \"{name}\"";
        }

        UsersFileWriter.Write(path, users with { Users = left });
        Console.Out.WriteLine($"removed {name} from {path}");
        return null;
    }

    private static string? List(ParseResult parsed)
    {
        foreach (var user in UsersFile.Load(parsed.GetValue(File)!).Users)
        {
            var how = user.Subject is { } subject
                ? $"certificate {subject}"
                : string.Join(", ", user.Credentials.Select(credential => credential.Mechanism));
            var upstream = user.UpstreamCredential is { } credential ? $", upstream as {credential}" : "";
            Console.Out.WriteLine($"{user.Name} ({string.Join(", ", user.Databases)}): {how}{upstream}");
        }

        return null;
    }

    private static ClientUsers LoadOrCreate(string path) =>
        System.IO.File.Exists(path)
            ? UsersFile.Load(path)
            : new ClientUsers { Secret = RandomNumberGenerator.GetBytes(SecretSize) };

    private static int Try(Func<string?> action)
    {
        string? problem;
        try
        {
            problem = action();
        }
        catch (Exception error)
            when (error is ConfigurationException or IOException or UnauthorizedAccessException)
        {
            problem = error.Message;
        }

        if (problem is null)
        {
            return 0;
        }

        Console.Error.WriteLine($"weir user: {problem}");
        return 1;
    }
}
