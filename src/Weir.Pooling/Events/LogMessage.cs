using Weir.Protocol.Bson;

namespace Weir.Pooling.Events;

/// <summary>A log message as the driver specifications define it, in its structured form.</summary>
/// <param name="Component">What logs: <c>topology</c>, <c>connection</c>, <c>serverSelection</c> or <c>command</c>.</param>
/// <param name="IsInformation">Whether its level is <c>info</c>; else <c>debug</c>.</param>
/// <param name="Data">The fields under the specifications' names; <c>message</c> comes first.</param>
public sealed record LogMessage(string Component, bool IsInformation, BsonDocument Data)
{
    /// <summary>The message's text.</summary>
    public string Text => Data["message"].AsString;

    /// <summary>One line for people.</summary>
    public override string ToString() =>
        string.Join(
            ", ",
            Data.Select(static e => e.Name == "message" ? Shown(e.Value) : $"{e.Name}={Shown(e.Value)}")
        );

    private static string Shown(BsonValue value) =>
        value.IsString ? value.AsString : Protocol.Json.ExtendedJson.Write(value);
}
