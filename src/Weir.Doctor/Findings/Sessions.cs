using Weir.Doctor.Reports;

namespace Weir.Doctor.Findings;

/// <summary>Many more logical sessions than anyone could be using.</summary>
internal sealed class Sessions : IDiagnosis
{
    private const int Many = 1_000;
    private const int PerConnection = 20;

    public IEnumerable<Finding> Of(Patient server)
    {
        if (
            server.Last.Sessions is not { } sessions
            || sessions < Many
            || sessions < PerConnection * (long)Math.Max(1, server.Connections)
        )
        {
            yield break;
        }

        var more = sessions - (server.First.Sessions ?? sessions);
        yield return new Finding
        {
            Kind = "sessions-piling-up",
            Severity = Severity.Warning,
            Subject = server.Address,
            Title = $"{sessions} logical sessions for {server.Connections} connections",
            Evidence = [$"{more} more after {server.Watched}"],
            Cause =
                "Sessions are started and never ended, or their clients are killed before they can end them. The server keeps each for 30 minutes, and refuses new ones at a million.",
            Change =
            [
                "JavaScript: await client.withSession(async session => { … }); Python: with client.start_session() as session: …; C#: using var session = await client.StartSessionAsync()",
                "close clients when processes end: closing ends their sessions",
            ],
        };
    }
}
