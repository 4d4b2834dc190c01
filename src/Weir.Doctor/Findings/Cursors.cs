using Weir.Doctor.Reports;

namespace Weir.Doctor.Findings;

/// <summary>Cursors that are opened and left.</summary>
internal sealed class Cursors : IDiagnosis
{
    private const int Many = 100;

    public IEnumerable<Finding> Of(Patient server)
    {
        if (server.Last.Cursors is not { } cursors)
        {
            yield break;
        }

        var idle = cursors.Open - cursors.Pinned;
        if (idle < Many && cursors.NoTimeout == 0)
        {
            yield break;
        }

        yield return new Finding
        {
            Kind = "open-cursors",
            Severity = cursors.NoTimeout > 0 ? Severity.Warning : Severity.Notice,
            Subject = server.Address,
            Title =
                cursors.NoTimeout > 0
                    ? $"{cursors.NoTimeout} open cursors never time out"
                    : $"{idle} cursors are open and nobody reads them",
            Evidence =
            [
                $"{cursors.Open} open, {cursors.Pinned} in use, {cursors.TimedOut} timed out since the server started",
            ],
            Cause =
                "A cursor that is neither read to its end nor closed stays at the server for ten minutes; with noCursorTimeout for as long as its session lives.",
            Change =
            [
                "JavaScript: for await (…) or await cursor.close() in a finally; Python: with collection.find(…) as cursor: …; and no noCursorTimeout",
            ],
        };
    }
}
