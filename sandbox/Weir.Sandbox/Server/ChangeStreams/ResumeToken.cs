using System.Globalization;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>A place in the change log as clients keep it: <c>{_data: "…"}</c>, in the order of the places.</summary>
internal readonly record struct ResumeToken(long Time, bool IsInvalidate)
{
    private const int DataLength = 18;

    public BsonDocument ToDocument() =>
        new()
        {
            ["_data"] = Time.ToString("X16", CultureInfo.InvariantCulture) + (IsInvalidate ? "01" : "00"),
        };

    public static ResumeToken Parse(BsonDocument document) =>
        document.Count == 1
        && document.GetValueOrDefault("_data") is { IsString: true } data
        && data.AsString is { Length: DataLength } text
        && long.TryParse(
            text.AsSpan(0, 16),
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture,
            out var time
        )
        && text.AsSpan(16) is "00" or "01"
            ? new ResumeToken(time, text.EndsWith("01", StringComparison.Ordinal))
            : throw new CommandError(260, "InvalidResumeToken", $"Invalid resume token: {document}");
}
