using Weir.Doctor.Reports;

namespace Weir.Doctor.Findings;

/// <summary>Transactions that stay open while nobody works in them.</summary>
internal sealed class Transactions : IDiagnosis
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5);

    public IEnumerable<Finding> Of(Patient server)
    {
        var left = server
            .Last.IdleTransactions.Where(transaction =>
                transaction.Open >= Long && (transaction.Inactive ?? transaction.Open) >= Long
            )
            .ToList();
        if (left.Count == 0)
        {
            yield break;
        }

        var longest = left.MaxBy(transaction => transaction.Open)!;
        var who = longest.AppName.Length > 0 ? $" by {longest.AppName}" : "";
        var from = longest.Host.Length > 0 ? $" from {longest.Host}" : "";
        yield return new Finding
        {
            Kind = "idle-transactions",
            Severity = Severity.Warning,
            Subject = server.Address,
            Title = $"{left.Count} open transactions that nobody works in",
            Evidence =
            [
                FormattableString.Invariant(
                    $"the longest has been open for {longest.Open.TotalSeconds:0} s{who}{from}"
                ),
            ],
            Cause =
                "A transaction waits for something outside the database (a request to another service, say), or its client went away. Until the server aborts it, after 60 s, it holds its locks and its snapshot.",
            Change =
            [
                "use the driver's withTransaction / with_transaction, which aborts on every error; do slow work before it begins",
            ],
        };
    }
}
