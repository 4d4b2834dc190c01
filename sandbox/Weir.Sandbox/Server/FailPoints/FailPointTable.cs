namespace Weir.Sandbox.Server;

/// <summary>A member's fail points: there is one, <c>failCommand</c>. Thread-safe.</summary>
internal sealed class FailPointTable
{
    private readonly Lock gate = new();
    private FailPoint? failCommand;
    private long hits;

    /// <summary>Sets or ends it; returns how often it was hit so far.</summary>
    public long Configure(FailPoint? point)
    {
        lock (gate)
        {
            failCommand = point;
            return hits;
        }
    }

    public void Clear() => Configure(null);

    public FailCommandEffect? Hit(CommandDefinition command, string appName, string @namespace)
    {
        if (Volatile.Read(ref failCommand) is null)
        {
            return null;
        }

        lock (gate)
        {
            if (failCommand?.TryHit_NeedsLock(command, appName, @namespace) != true)
            {
                return null;
            }

            hits++;
            return failCommand.Effect;
        }
    }
}
