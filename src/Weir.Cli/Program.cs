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

var weir = new RootCommand(
    "Weir: a connection pooler for MongoDB. Thousands of clients in, ten connections out."
)
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

// Signals are each command's own matter (StopSignals): a drain takes as long as it was told to.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
return await weir.Parse(args).InvokeAsync(invocation);
