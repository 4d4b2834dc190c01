using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Rules;

/// <summary>A place where a client is made.</summary>
/// <param name="Site">The place.</param>
/// <param name="Open">The index of the bracket that opens its arguments.</param>
internal sealed record Creation(CallSite Site, int Open);
