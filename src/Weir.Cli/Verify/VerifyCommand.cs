using System.CommandLine;

namespace Weir.Cli.Verify;

/// <summary><c>weir verify</c>: checks for CI and deploy scripts.</summary>
internal static class VerifyCommand
{
    public static Command Create() =>
        new("verify", "Check a deployment, and exit with 0 or 1: for CI and deploy scripts.")
        {
            VerifyConnectionsCommand.Create(),
            VerifyDestinationCommand.Create(),
        };
}
