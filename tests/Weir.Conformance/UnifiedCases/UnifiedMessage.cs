using Weir.Pooling.Events;
using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>Compares a log message with what a case expects.</summary>
internal static class UnifiedMessage
{
    public static string? Difference(BsonDocument expected, LogMessage actual, UnifiedMatch match)
    {
        Known.Fields(expected, "log message", "level", "component", "data");
        var level = actual.IsInformation ? "info" : "debug";
        return expected["level"].AsString != level ? $"the level is {level}"
            : expected["component"].AsString != actual.Component ? $"the component is {actual.Component}"
            : match.Difference(expected["data"], actual.Data, true, actual.Text);
    }
}
