namespace Weir.Doctor.Looks;

/// <summary>Something that could not be seen.</summary>
/// <param name="What">What is not known because of it.</param>
/// <param name="Why">What the server said.</param>
/// <param name="Remedy">What would show it.</param>
public sealed record BlindSpot(string What, string Why, string Remedy);
