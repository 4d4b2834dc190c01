using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>Compares a failure with what a case expects of it.</summary>
internal static class UnifiedError
{
    public static void Assert(Exception error, BsonDocument expected, UnifiedMatch match)
    {
        foreach (var (name, value) in expected)
        {
            var holds = name switch
            {
                "isError" => value.AsBoolean,
                "isClientError" => value.AsBoolean == IsClientError(error),
                "isTimeoutError" => value.AsBoolean
                    == error is TimeoutException or ConnectionException { IsTimeout: true },
                "errorContains" => error.Message.Contains(value.AsString, StringComparison.OrdinalIgnoreCase),
                "errorCode" => value.ToInt32() == CodeOf(error),
                "errorCodeName" => error is CommandException e && e.CodeName == value.AsString,
                "errorLabelsContain" => value.AsArray.All(l => Labels(error).Contains(l.AsString)),
                "errorLabelsOmit" => !value.AsArray.Any(l => Labels(error).Contains(l.AsString)),
                "errorResponse" => ReplyOf(error) is { } reply
                    && match.Difference(value, reply, true) is null,
                _ => throw new InvalidDataException($"expectError: '{name}' is unknown to the runner"),
            };
            Xunit.Assert.True(holds, $"the error is not as {name} {value} says: {error}");
        }
    }

    private static bool IsClientError(Exception error) =>
        error is not (CommandException or WriteFailedException);

    private static int? CodeOf(Exception error) =>
        error switch
        {
            CommandException e => e.Code,
            WriteFailedException e => e.Code,
            _ => null,
        };

    private static BsonDocument? ReplyOf(Exception error) =>
        error switch
        {
            CommandException e => e.Reply,
            WriteFailedException e => e.Reply,
            _ => null,
        };

    private static IEnumerable<string> Labels(Exception error) =>
        error is WriteFailedException e
            ? e.Reply.GetValueOrDefault("errorLabels") is { IsArray: true } labels
                ? labels.AsArray.Select(l => l.AsString)
                : []
            : FailureLabels.Of(error);
}
