using System.CommandLine;

namespace Weir.Cli.Demo;

/// <summary><c>weir demo-client</c>, hidden: one process of the demo's application.</summary>
internal static class DemoClientCommand
{
    public static Command Create()
    {
        var uri = new Option<string>("--uri") { Required = true };
        var role = new Option<string>("--role") { Required = true };
        var command = new Command("demo-client", "A client process of the demo.") { uri, role };
        command.Hidden = true;
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                using var client = new ClientProgram(parsed.GetRequiredValue(role));
                return await client.RunAsync(parsed.GetRequiredValue(uri), cancellationToken);
            }
        );
        return command;
    }
}
