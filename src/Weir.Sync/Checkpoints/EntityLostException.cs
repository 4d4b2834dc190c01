namespace Weir.Sync.Checkpoints;

/// <summary>Another runner has the entity now: this one stops, and has written nothing to its checkpoint since.</summary>
public sealed class EntityLostException : Exception
{
    internal EntityLostException(string job, string entity)
        : base($"{job}/{entity}: another runner has taken it over, so this one stops") { }
}
