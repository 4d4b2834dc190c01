using Spectre.Console;

namespace Weir.Cli;

/// <summary>Standard output for people: with colours on a terminal, plain text in a pipe or a file.</summary>
internal static class Terminal
{
    private const int PlainWidth = 120;

    /// <summary>Whether a person is looking.</summary>
    public static bool IsInteractive => !Console.IsOutputRedirected;

    /// <summary>A console for what this process's standard output is.</summary>
    public static IAnsiConsole Open()
    {
        if (IsInteractive)
        {
            return AnsiConsole.Console;
        }

        var plain = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
            }
        );
        plain.Profile.Width = PlainWidth;
        return plain;
    }
}
