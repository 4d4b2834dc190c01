using System.Text.RegularExpressions;
using Weir.Doctor.Reports;

namespace Weir.Doctor.Source.Scripts;

/// <summary>Processes that are ended by a signal they cannot handle.</summary>
internal static partial class KillNine
{
    private const int Nearby = 12;

    public static IEnumerable<SourceFinding> Find(ScriptFile script)
    {
        for (var i = 0; i < script.Lines.Count; i++)
        {
            var line = script.Lines[i];
            if (!Forced().IsMatch(line) || IsAfterTerm(script, i))
            {
                continue;
            }

            yield return new SourceFinding(
                "kill-9",
                Severity.Warning,
                script.Path,
                i + 1,
                line,
                "Processes are killed without a chance to close their connections",
                "SIGKILL cannot be handled: operations stop half-way, transactions and cursors stay open until the server times them out, and behind a proxy or NAT the connections stay too. Every restart adds to them.",
                "kill -TERM \"$pid\"; wait, 10 s say; kill -9 only what is left then (and handle SIGTERM in the program)"
            );
        }
    }

    // kill, wait, and kill -9 for what is left, is how it should be.
    private static bool IsAfterTerm(ScriptFile script, int index)
    {
        for (var i = Math.Max(0, index - Nearby); i <= index; i++)
        {
            var before =
                i == index ? script.Lines[i][..Forced().Match(script.Lines[i]).Index] : script.Lines[i];
            if (Polite().IsMatch(before))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(
        @"\b(kill|pkill|killall)\s+(-9|-KILL|-SIGKILL|-s\s*(9|KILL|SIGKILL)|--signal[= ](9|KILL|SIGKILL))\b|\bdocker(-| )(compose )?kill\b|stop_signal:\s*SIGKILL|STOPSIGNAL\s+(9|SIGKILL)"
    )]
    private static partial Regex Forced();

    [GeneratedRegex(
        @"\b(kill|pkill|killall)\s+(?!-9|-KILL|-SIGKILL|-s|-0|--signal)\S|\b(kill|pkill|killall)\s+(-s\s*|-)(TERM|15|INT|SIGTERM|SIGINT)\b"
    )]
    private static partial Regex Polite();
}
