namespace Weir.Sandbox;

/// <summary>What a <see cref="SandboxMember"/> is at the moment.</summary>
public enum SandboxMemberState
{
    /// <summary>Does not listen.</summary>
    Stopped = 0,

    /// <summary>The only server of a standalone.</summary>
    Standalone,

    /// <summary>Takes writes.</summary>
    Primary,

    /// <summary>Takes reads that allow it.</summary>
    Secondary,
}
