namespace Weir.Doctor.Looks;

/// <summary>A server's open cursors.</summary>
/// <param name="Open">Cursors that are open.</param>
/// <param name="NoTimeout">Those that never time out.</param>
/// <param name="Pinned">Those that a command is using.</param>
/// <param name="TimedOut">Those that timed out since the server started.</param>
public sealed record CursorCounts(long Open, long NoTimeout, long Pinned, long TimedOut);
