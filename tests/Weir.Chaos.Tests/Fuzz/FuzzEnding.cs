namespace Weir.Chaos.Tests.Fuzz;

/// <summary>How a hostile client goes.</summary>
internal enum FuzzEnding
{
    /// <summary>As a killed process does, with replies unread.</summary>
    Abort,

    /// <summary>In order.</summary>
    Close,

    /// <summary>When it has been answered, or closed, or nothing has come for a moment.</summary>
    Listen,
}
