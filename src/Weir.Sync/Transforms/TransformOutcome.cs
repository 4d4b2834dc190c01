namespace Weir.Sync.Transforms;

/// <summary>What comes of a record in a transform.</summary>
/// <param name="IsKept">Whether it goes on.</param>
/// <param name="Refusal">Why it cannot be written: it goes to the dead letters.</param>
internal readonly record struct TransformOutcome(bool IsKept, string? Refusal = null)
{
    public static TransformOutcome Kept => new(true);

    /// <summary>It is not wanted.</summary>
    public static TransformOutcome LeftOut => new(false);

    public static TransformOutcome Refused(string reason) => new(false, reason);
}
