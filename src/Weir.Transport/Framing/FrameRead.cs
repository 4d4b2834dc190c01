namespace Weir.Transport.Framing;

/// <summary>What <see cref="FrameReader"/> read.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Frame">The frame, when there is one; the receiver returns it.</param>
/// <param name="AnnouncedLength">The length that was announced, when it was read; else 0.</param>
public readonly record struct FrameRead(FrameOutcome Outcome, Frame Frame, int AnnouncedLength);
