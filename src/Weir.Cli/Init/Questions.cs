using Spectre.Console;
using Weir.Cli.Configuration;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Cli.Init;

/// <summary>What a person is asked who gives no flags.</summary>
internal static class Questions
{
    public static string Upstream(IAnsiConsole console) =>
        console.Prompt(
            new TextPrompt<string>(
                "Connection string of your deployment (as your application has it today):"
            ).Validate(IsUpstream)
        );

    public static string Listen(IAnsiConsole console, string otherwise) =>
        console.Prompt(
            new TextPrompt<string>("Address for your application to connect to:")
                .DefaultValue(otherwise)
                .Validate(text =>
                    ListenAddress.TryParse(text, out _, out var reason)
                        ? ValidationResult.Success()
                        : ValidationResult.Error(Markup.Escape(reason))
                )
        );

    public static int PoolSize(IAnsiConsole console, int otherwise) =>
        console.Prompt(
            new TextPrompt<int>("Connections to each server at most:")
                .DefaultValue(otherwise)
                .Validate(size => size is > 0 and <= 1_000)
        );

    private static ValidationResult IsUpstream(string text)
    {
        try
        {
            UpstreamText.Read(text);
            return ValidationResult.Success();
        }
        catch (Exception error) when (error is InitException or ConnectionStringException)
        {
            return ValidationResult.Error(Markup.Escape(error.Message));
        }
    }
}
