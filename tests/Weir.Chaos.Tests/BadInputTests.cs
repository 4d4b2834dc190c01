using System.Buffers;
using System.Buffers.Binary;
using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy;

namespace Weir.Chaos.Tests;

/// <summary>
/// Clients that send what no driver sends: each is closed with one line in the log, or told what is wrong, and a
/// client beside it is answered rightly all the while.
/// </summary>
public sealed class BadInputTests
{
    private const int Deep = 100_000;

    private static readonly byte[] Hello = new BsonDocument { ["hello"] = 1, ["$db"] = "admin" }.ToBytes();

    [Fact]
    public Task Garbage_closes_its_client() =>
        IsClosedAsync("GET / HTTP/1.1\r\nHost: weir\r\n\r\n"u8.ToArray(), "announced a message of");

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(3)]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(ProxyLimits.MaxMessageBytes + 1)]
    public Task A_length_that_no_message_has_closes_its_client(int length) =>
        IsClosedAsync(Messages.Header(length), $"announced a message of {length} bytes");

    [Fact]
    public Task An_unknown_opcode_closes_its_client() =>
        IsClosedAsync(Messages.Frame(9999, new byte[20]), "unknown opcode, 9999");

    [Fact]
    public Task Unknown_flag_bits_that_must_be_understood_close_their_client() =>
        IsClosedAsync(Messages.Sections(1 << 5, Messages.Body(Hello)), "unknown flag bits");

    [Fact]
    public Task A_message_without_a_body_closes_its_client() =>
        IsClosedAsync(Messages.Sections(0, Messages.Sequence("documents", Hello)), "no body");

    [Fact]
    public Task A_sequence_of_length_0_closes_its_client() =>
        IsClosedAsync(Messages.Sections(0, [.. Messages.Body(Hello), 1, 0, 0, 0, 0]), "");

    [Fact]
    public Task Ten_thousand_sequences_close_their_client()
    {
        var sections = new List<byte>(
            Messages.Body(new BsonDocument { ["insert"] = "c", ["$db"] = "app" }.ToBytes())
        );
        for (int i = 0; i < 10_000; i++)
            sections.AddRange(Messages.Sequence($"s{i}"));
        return IsClosedAsync(Messages.Sections(0, [.. sections]), "sequences");
    }

    [Fact]
    public Task A_compressed_message_without_an_agreement_closes_its_client() =>
        IsClosedAsync(Compressed(Messages.Sections(0, Messages.Body(Hello))), "was not agreed on");

    [Fact]
    public Task A_compressed_message_that_announces_more_than_a_message_may_have_closes_its_client()
    {
        byte[] bomb = Compressed(Messages.Sections(0, Messages.Body(Hello)));
        BinaryPrimitives.WriteInt32LittleEndian(bomb.AsSpan(MessageHeader.Size + 4), int.MaxValue);
        return IsClosedAsync(bomb, "announces", compressors: ["zlib"]);
    }

    [Fact]
    public Task A_compressed_message_that_expands_beyond_what_it_announces_closes_its_client()
    {
        byte[] bomb = Compressed(Messages.Frame((int)OpCode.Msg, new byte[40_000_000]));
        BinaryPrimitives.WriteInt32LittleEndian(bomb.AsSpan(MessageHeader.Size + 4), 100);
        return IsClosedAsync(bomb, "", compressors: ["zlib"]);
    }

    [Fact]
    public async Task What_a_compressed_message_expands_to_counts_among_the_buffered_bytes()
    {
        await using Stage stage = await Stage.StartAsync(
            limits: new ProxyLimits { BufferedBytes = ProxyLimits.MaxMessageBytes },
            listener: settings => settings with { Compressors = ["zlib"] }
        );
        await using Bystander bystander = await Bystander.StartAsync(stage);
        await using WireClient client = await stage.ConnectAsync();

        await using WireClient large = await stage.ConnectAsync();
        await large.SendBytesAsync(Messages.Header(45_000_000, rest: new byte[100_000]));
        await Eventually.HoldsAsync(
            () => stage.Proxy.Statistics.BufferedBytes >= 45_000_000,
            "the bytes were reserved"
        );

        // 40 kB that become 40 MB: no valid document, which a server would say if it ever came to one.
        await client.SendBytesAsync(Compressed(Messages.Frame((int)OpCode.Msg, new byte[40_000_000])));
        Assert.Equal(462, (await client.ReadAsync(1) ?? throw Closed()).GetValueOrDefault("code").ToInt32());

        await bystander.GoesOnAsync();
        Assert.True(await PingsAsync(client));
    }

    [Fact]
    public async Task A_message_that_ends_in_the_middle_closes_its_client()
    {
        await using Stage stage = await Stage.StartAsync();
        await using Bystander bystander = await Bystander.StartAsync(stage);

        foreach (int part in (int[])[1, 3, 4, 15, 16, 30])
        {
            await using WireClient client = await stage.ConnectAsync();
            await client.SendBytesAsync(client.Message(new() { ["ping"] = 1 }).AsMemory(0, part));
        }
        await using (WireClient client = await stage.ConnectAsync())
            await client.SendBytesAsync(Messages.Header(10_000_000, rest: new byte[200_000]));

        await Eventually.HoldsAsync(() => stage.Warnings.Count == 7, () => string.Join('\n', stage.Warnings));
        Assert.All(stage.Warnings, line => Assert.Contains("in the middle of a message", line));
        await bystander.GoesOnAsync();
    }

    [Fact]
    public async Task Bad_BSON_in_a_sound_frame_is_told_to_its_client_who_can_go_on()
    {
        byte[] bad = new BsonDocument { ["ping"] = 1, ["$db"] = "admin" }.ToBytes();
        bad[4] = 0x42;
        await IsToldAsync(Messages.Sections(0, Messages.Body(bad)), 22);
    }

    [Fact]
    public async Task Bad_BSON_deep_in_a_sound_frame_is_told_to_its_client_who_can_go_on()
    {
        var command = new BsonDocument
        {
            ["find"] = "c",
            ["$db"] = "app",
            ["filter"] = new BsonDocument { ["a"] = new BsonDocument { ["b"] = true } },
        };
        byte[] bad = command.ToBytes();
        bad[^4] = 7;
        await IsToldAsync(Messages.Sections(0, Messages.Body(bad)), 22);
    }

    [Fact]
    public Task A_hundred_thousand_nested_documents_in_a_hello_are_told_to_their_client() =>
        IsToldAsync(Messages.Sections(0, Messages.Body(Messages.Nested(Hello, Deep))), 22);

    [Fact]
    public async Task A_hundred_thousand_nested_documents_in_a_command_harm_nobody_else()
    {
        byte[] find = new BsonDocument { ["find"] = "c", ["$db"] = "app" }.ToBytes();
        await IsToldAsync(Messages.Sections(0, Messages.Body(Messages.Nested(find, Deep))), null);
    }

    [Fact]
    public async Task A_hundred_thousand_nested_documents_in_an_old_query_are_told_to_their_client()
    {
        byte[] name = [.. "admin.$cmd\0"u8];
        byte[] query = [0, 0, 0, 0, .. name, 0, 0, 0, 0, 255, 255, 255, 255, .. Messages.Nested(Hello, Deep)];
        await using Stage stage = await Stage.StartAsync();
        await using Bystander bystander = await Bystander.StartAsync(stage);
        await using WireClient client = await stage.ConnectAsync(hello: false);

        await client.SendBytesAsync(Messages.Frame((int)OpCode.Query, query));
        byte[] message = await client.ReadMessageAsync() ?? throw Closed();
        Assert.Equal(22, BsonDocument.Parse(OpReply.Parse(message).Document)["code"].ToInt32());

        await bystander.GoesOnAsync();
        Assert.Empty(stage.Warnings);
    }

    [Fact]
    public async Task A_sequence_without_documents_is_answered()
    {
        byte[] insert = new BsonDocument { ["insert"] = "c", ["$db"] = "app" }.ToBytes();
        await IsToldAsync(
            Messages.Sections(0, [.. Messages.Body(insert), .. Messages.Sequence("documents")]),
            null
        );
    }

    [Fact]
    public async Task A_second_introduction_is_refused_and_nothing_else()
    {
        await using Stage stage = await Stage.StartAsync();
        await using WireClient client = await stage.ConnectAsync(hello: false);
        var introduction = new BsonDocument
        {
            ["hello"] = 1,
            ["client"] = new BsonDocument { ["driver"] = new BsonDocument { ["name"] = "wire" } },
        };

        Assert.Equal(1.0, (await client.RunAsync(introduction))["ok"].ToDouble());
        Assert.Equal(186, (await client.RunAsync(introduction))["code"].ToInt32());
        Assert.True(await PingsAsync(client));
        Assert.Empty(stage.Warnings);
    }

    /// <summary>The bytes close their client, with one line; the client beside goes on.</summary>
    private static async Task IsClosedAsync(
        byte[] bytes,
        string reason,
        IReadOnlyList<string>? compressors = null
    )
    {
        await using Stage stage = await Stage.StartAsync(listener: settings =>
            settings with
            {
                Compressors = compressors ?? [],
            }
        );
        await using Bystander bystander = await Bystander.StartAsync(stage);
        await using WireClient client = await stage.ConnectAsync();

        await client.SendBytesAsync(bytes);

        Assert.Null(await client.ReadMessageAsync());
        await Eventually.HoldsAsync(
            () => stage.Proxy.Statistics.ClientsBroken == 1,
            "the client was counted"
        );
        string line = Assert.Single(stage.Warnings);
        Assert.Contains("was closed: ", line);
        Assert.Contains(reason, line);
        await bystander.GoesOnAsync();
    }

    /// <summary>The bytes are answered with an error, and their client and the one beside go on.</summary>
    private static async Task IsToldAsync(byte[] bytes, int? code)
    {
        await using Stage stage = await Stage.StartAsync();
        await using Bystander bystander = await Bystander.StartAsync(stage);
        await using WireClient client = await stage.ConnectAsync(hello: false);

        await client.SendBytesAsync(bytes);

        BsonDocument reply = await client.ReadAsync(1) ?? throw Closed();
        Assert.Equal(0.0, reply["ok"].ToDouble());
        if (code is not null)
            Assert.Equal(code.Value, reply["code"].ToInt32());
        Assert.True(await PingsAsync(client));
        await bystander.GoesOnAsync();
        Assert.Empty(stage.Warnings);
    }

    private static async Task<bool> PingsAsync(WireClient client) =>
        (await client.RunAsync(new() { ["ping"] = 1 }))["ok"].ToDouble() == 1;

    private static InvalidOperationException Closed() => new("the client was closed instead of answered");

    private static byte[] Compressed(byte[] message)
    {
        var output = new ArrayBufferWriter<byte>();
        OpCompressed.Wrap(output, message, CompressorId.Zlib);
        return output.WrittenSpan.ToArray();
    }
}
