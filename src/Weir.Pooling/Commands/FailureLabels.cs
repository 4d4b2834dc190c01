using Weir.Pooling.Connections;

namespace Weir.Pooling.Commands;

/// <summary>
/// The labels of a failure: those that the server or the connection gave it, and those that only whoever runs the
/// command can give, because they depend on what the command was.
/// </summary>
public static class FailureLabels
{
    private const string Key = "Weir.Labels";

    /// <summary>Every label of a failure.</summary>
    public static IReadOnlyCollection<string> Of(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        IReadOnlyList<string> own = failure switch
        {
            CommandException e => e.Labels,
            ConnectionException e => e.Labels,
            _ => [],
        };
        return failure.Data[Key] is string[] added ? [.. own.Union(added)] : own;
    }

    /// <summary>Whether a failure has the label.</summary>
    public static bool Has(Exception failure, string label) => Of(failure).Contains(label);

    internal static void Add(Exception failure, string label)
    {
        if (!Has(failure, label))
        {
            var added = failure.Data[Key] as string[] ?? [];
            failure.Data[Key] = (string[])[.. added, label];
        }
    }
}
