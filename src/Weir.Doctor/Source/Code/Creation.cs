namespace Weir.Doctor.Source.Code;

/// <summary>A place where a client is made.</summary>
/// <param name="Site">The place.</param>
/// <param name="HasLimit">Whether its pool has a limit, or options that cannot be seen from here.</param>
internal sealed record Creation(Place Site, bool HasLimit);
