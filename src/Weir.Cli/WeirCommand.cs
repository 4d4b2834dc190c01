using System.CommandLine;
using Weir.Cli.Demo;
using Weir.Cli.Doctor;
using Weir.Cli.Init;
using Weir.Cli.Look;
using Weir.Cli.Serve;
using Weir.Cli.Sync;
using Weir.Cli.Try;
using Weir.Cli.Users;
using Weir.Cli.Verify;

namespace Weir.Cli;

/// <summary>The program <c>weir</c>: all its commands.</summary>
internal static class WeirCommand
{
    public static RootCommand Create() =>
        new("Weir: a connection pooler for MongoDB. Thousands of clients in, ten connections out.")
        {
            ServeCommand.Create(),
            InitCommand.Create(),
            DoctorCommand.Create(),
            VerifyCommand.Create(),
            SyncCommand.Create(),
            TopCommand.Create(),
            StatusCommand.Create(),
            UserCommand.Create(),
            DemoCommand.Create(),
            SandboxCommand.Create(),
            DemoClientCommand.Create(),
        };
}
