namespace Weir.Sync.Jobs;

/// <summary>A named destination of a file of jobs.</summary>
/// <param name="Name">What jobs call it.</param>
/// <param name="Uri">Its connection string, whose options keep MongoDB's names and meaning.</param>
/// <param name="IdleTimeout">How long its pools stay open when no job uses it.</param>
public sealed record DestinationSettings(string Name, string Uri, TimeSpan IdleTimeout)
{
    /// <summary>Without the connection string, which may hold a password.</summary>
    public override string ToString() => $"destination {Name}";
}
