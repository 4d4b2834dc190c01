namespace Weir.Sandbox.Server;

/// <summary>
/// Who is primary. All members share one store, so an election only changes who may write; there is no majority rule,
/// any running member can be elected. Thread-safe: decides under its lock, tells the members outside of it.
/// </summary>
internal sealed class ReplicaSet : IDisposable
{
    private readonly Lock gate = new();
    private readonly string name;
    private readonly IReadOnlyList<MemberServer> members;
    private readonly TimeSpan electionDelay;
    private readonly ITimer timer;
    private int primary = -1;
    private int lastPrimary = -1;
    private int term;

    public ReplicaSet(
        string name,
        IReadOnlyList<MemberServer> members,
        TimeSpan electionDelay,
        TimeProvider time
    )
    {
        this.name = name;
        this.members = members;
        this.electionDelay = electionDelay;
        timer = time.CreateTimer(
            static set => ((ReplicaSet)set!).ElectByItself(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    public ReplicaSetView View
    {
        get
        {
            lock (gate)
            {
                return View_NeedsLock();
            }
        }
    }

    /// <summary>Members that run, for write concerns.</summary>
    public int Running => members.Count(member => member.IsRunning);

    public int Size => members.Count;

    /// <summary>A member came up or went down, or the set looks different for another reason.</summary>
    public Signal Changed { get; } = new();

    public void Elect(MemberServer member)
    {
        MemberServer? old;
        lock (gate)
        {
            if (!member.IsRunning)
            {
                throw new InvalidOperationException($"member {member.Index} ({member.Address}) is stopped");
            }

            if (primary == member.Index)
            {
                return;
            }

            old = primary < 0 ? null : members[primary];
            primary = lastPrimary = member.Index;
            term++;
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Announce_NeedsLock();
        }

        old?.EndWritesOfPrimary();
        Changed.Pulse();
    }

    /// <summary>False when <paramref name="member"/> is not the primary.</summary>
    public bool StepDown(MemberServer member)
    {
        lock (gate)
        {
            if (primary != member.Index)
            {
                return false;
            }

            primary = -1;
            Announce_NeedsLock();
            ScheduleElection_NeedsLock();
        }

        member.EndWritesOfPrimary();
        Changed.Pulse();
        return true;
    }

    /// <summary>A member started or stopped.</summary>
    public void MemberChanged(MemberServer member)
    {
        if (!member.IsRunning)
        {
            StepDown(member);
        }

        lock (gate)
        {
            member.Publish(primary, View_NeedsLock());
            ScheduleElection_NeedsLock();
        }

        Changed.Pulse();
    }

    public void Dispose() => timer.Dispose();

    private void ScheduleElection_NeedsLock()
    {
        if (primary < 0 && electionDelay >= TimeSpan.Zero)
        {
            timer.Change(electionDelay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The next running member after the last primary takes over; the last one only when it is alone.</summary>
    private void ElectByItself()
    {
        int last;
        lock (gate)
        {
            if (primary >= 0)
            {
                return;
            }

            last = lastPrimary;
        }

        for (var i = 1; i <= members.Count; i++)
        {
            var candidate = members[(Math.Max(last, 0) + i) % members.Count];
            if (candidate.IsRunning)
            {
                try
                {
                    Elect(candidate);
                    return;
                }
                catch (InvalidOperationException)
                {
                    // It stopped in between: ask the next.
                }
            }
        }
    }

    private void Announce_NeedsLock()
    {
        var view = View_NeedsLock();
        foreach (var member in members)
        {
            member.Publish(primary, view);
        }
    }

    private ReplicaSetView View_NeedsLock() =>
        new()
        {
            Name = name,
            Hosts = [.. members.Select(member => member.Address)],
            Primary = primary,
            Term = term,
        };
}
