namespace Weir.Doctor.Source.Code;

/// <summary>The function that a place of the code stands in.</summary>
/// <param name="Name">Its name; empty when it has none.</param>
/// <param name="CalledBy">Who calls it.</param>
/// <param name="Outer">The function around it; null at the top level of a file or of a class.</param>
internal sealed record FunctionScope(string Name, Caller CalledBy, FunctionScope? Outer = null)
{
    /// <summary>The class that it is a member of, where its calls can be told by that; empty elsewhere.</summary>
    public string Owner { get; init; } = "";
}
