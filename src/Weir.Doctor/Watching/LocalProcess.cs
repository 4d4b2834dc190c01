namespace Weir.Doctor.Watching;

/// <summary>A process of this machine.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name, as the system tells it.</param>
public sealed record LocalProcess(int Id, string Name);
