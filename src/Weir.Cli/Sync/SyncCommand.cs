using System.CommandLine;

namespace Weir.Cli.Sync;

/// <summary><c>weir sync</c>: moves data into MongoDB.</summary>
internal static class SyncCommand
{
    public static Command Create() =>
        new("sync", "Move data into MongoDB, in chunks that survive anything.")
        {
            SyncRunCommand.Create(),
            SyncRunCommand.CreateResume(),
            SyncStatusCommand.Create(),
            SyncCancelCommand.Create(),
            SyncPlanCommand.Create(),
            SyncVerifyCommand.Create(),
        };
}
