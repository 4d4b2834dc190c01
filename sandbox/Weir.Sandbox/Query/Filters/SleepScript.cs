using System.Globalization;
using System.Text.RegularExpressions;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Filters;

/// <summary>
/// The one script that $where takes here, <c>sleep(2000) || true</c>: it makes a command take its time. A server sleeps
/// at every document that it looks at, the sandbox once a command.
/// </summary>
internal sealed partial record SleepScript(TimeSpan Duration, bool Matches)
{
    public Filter Filter => new ConstantFilter(Matches);

    public static SleepScript Parse(BsonValue value)
    {
        var match = Form().Match(value.IsString ? value.AsString : "");
        return
            match.Success
            && int.TryParse(match.Groups["ms"].ValueSpan, CultureInfo.InvariantCulture, out var ms)
            ? new(TimeSpan.FromMilliseconds(ms), match.Groups["then"].ValueSpan is "true")
            : throw CommandError.NotHere("scripts in $where other than 'sleep(milliseconds) || true'");
    }

    /// <summary>How long the filters of a command sleep.</summary>
    public static TimeSpan DurationOf(BsonDocument command)
    {
        var duration = Of(command.GetValueOrDefault("filter")) + Of(command.GetValueOrDefault("query"));
        foreach (var statements in (ReadOnlySpan<string>)["updates", "deletes"])
        {
            if (command.GetValueOrDefault(statements) is { IsArray: true } all)
            {
                foreach (var statement in all.AsArray)
                {
                    duration += statement.IsDocument
                        ? Of(statement.AsDocument.GetValueOrDefault("q"))
                        : TimeSpan.Zero;
                }
            }
        }

        return duration;
    }

    private static TimeSpan Of(BsonValue filter) =>
        filter.IsDocument && filter.AsDocument.TryGetValue("$where", out var script)
            ? Parse(script).Duration
            : TimeSpan.Zero;

    [GeneratedRegex(
        @"^\s*sleep\((?<ms>\d+)\)\s*\|\|\s*(?<then>true|false)\s*;?\s*$",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Form();
}
