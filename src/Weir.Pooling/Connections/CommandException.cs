using System.Globalization;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Connections;

/// <summary>A server answered a command of Weir's own with an error. The connection is as good as before.</summary>
public sealed class CommandException : Exception
{
    /// <summary>Reads the error from a reply whose <c>ok</c> is not 1.</summary>
    public CommandException(ServerAddress address, string command, BsonDocument reply)
        : base(Describe(address, command, reply))
    {
        Address = address;
        Command = command;
        Reply = reply;
        Code = reply.GetValueOrDefault("code") is { IsNumber: true } code ? code.ToInt32() : 0;
        CodeName = Text(reply, "codeName") ?? "";
        Labels = reply.GetValueOrDefault("errorLabels") is { IsArray: true } labels
            ? [.. labels.AsArray.Where(static l => l.IsString).Select(static l => l.AsString)]
            : [];
    }

    /// <summary>The server.</summary>
    public ServerAddress Address { get; }

    /// <summary>The command's name.</summary>
    public string Command { get; }

    /// <summary>The error's number; 0 where the server gave none.</summary>
    public int Code { get; }

    /// <summary>The error's name; empty where the server gave none.</summary>
    public string CodeName { get; }

    /// <summary>The error's labels.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The whole reply.</summary>
    public BsonDocument Reply { get; }

    /// <summary>How far the connection had come; <see cref="ConnectionStage.Exchange"/> once it was established.</summary>
    public ConnectionStage Stage { get; init; } = ConnectionStage.Exchange;

    /// <summary>The service behind a load balancer that answered.</summary>
    public ObjectId? ServiceId { get; init; }

    /// <summary>Whether the error has this label.</summary>
    public bool HasLabel(string label) => Labels.Contains(label);

    private static string Describe(ServerAddress address, string command, BsonDocument reply)
    {
        var code = reply.GetValueOrDefault("code") is { IsNumber: true } number
            ? string.Create(CultureInfo.InvariantCulture, $"error {number.ToInt32()}")
            : "an error without a code";
        var name = Text(reply, "codeName") is { Length: > 0 } text ? $" ({text})" : "";
        return $"{address}: {command} failed with {code}{name}: {Text(reply, "errmsg") ?? "no message"}";
    }

    private static string? Text(BsonDocument reply, string name) =>
        reply.GetValueOrDefault(name) is { IsString: true } value ? value.AsString : null;
}
