using System.Text;

namespace Weir.Cli.Users;

/// <summary>A new password: typed twice and unseen at a terminal, else the first line of standard input.</summary>
internal static class PasswordPrompt
{
    /// <summary><see langword="null"/>, with the reason, when there is none.</summary>
    public static string? Read(string userName, out string problem)
    {
        problem = "";
        if (Console.IsInputRedirected)
        {
            var line = Console.In.ReadLine();
            problem = "no password on standard input";
            return string.IsNullOrEmpty(line) ? null : line;
        }

        var password = Type($"Password of {userName}: ");
        problem = "the password is empty";
        if (password.Length == 0)
        {
            return null;
        }

        problem = "the passwords differ";
        return Type("Again: ") == password ? password : null;
    }

    private static string Type(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (key.KeyChar != '\0')
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
