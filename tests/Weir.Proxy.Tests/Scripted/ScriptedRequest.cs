using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;

namespace Weir.Proxy.Tests.Scripted;

/// <summary>A command that a <see cref="ScriptedServer"/> has received.</summary>
internal sealed record ScriptedRequest(
    Channel Channel,
    MessageHeader Header,
    OpMsgFlags Flags,
    byte[] Message,
    BsonDocument Command
)
{
    public string Name => Command[0].Name;

    /// <summary>Answers as a server does.</summary>
    public async Task ReplyAsync(BsonDocument reply) =>
        await SendAsync(Messages.Reply(reply, Header.RequestId));

    public Task OkAsync() => ReplyAsync(new() { ["ok"] = 1.0 });

    public Task ErrorAsync(int code, string message, params string[] labels)
    {
        var reply = new BsonDocument
        {
            ["ok"] = 0.0,
            ["errmsg"] = message,
            ["code"] = code,
        };
        if (labels.Length > 0)
            reply["errorLabels"] = new BsonArray(labels.Select(l => (BsonValue)l));
        return ReplyAsync(reply);
    }

    /// <summary>Sends any bytes.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await Channel.SendAsync(bytes);
}
