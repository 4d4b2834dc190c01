namespace Weir.Transport.Loops;

/// <summary>How the system schedules the calling thread.</summary>
internal interface IThreadSchedule
{
    /// <summary>Has it yield when it is woken, or not; <see langword="false"/>: the system does not let it.</summary>
    bool TryYield(bool yields);

    /// <summary>What it has waited for a processor; <see langword="false"/>: the system does not tell.</summary>
    bool TryRead(out ThreadWaits waits);
}

/// <summary>What a thread has waited for a processor.</summary>
/// <param name="Milliseconds">In all.</param>
/// <param name="Times">How often it got one.</param>
internal readonly record struct ThreadWaits(double Milliseconds, long Times);
