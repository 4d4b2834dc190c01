using System.Buffers.Binary;
using Weir.Transport.Framing;

namespace Weir.Transport.Tests.Contract;

/// <summary>Frames over every network.</summary>
public sealed class FrameContractTests
{
    private const int Limit = 30_000;
    private const int MaxLength = 48_000_000;

    public static TheoryData<NetworkKind> Networks => Stage.All;

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task Frames_of_all_sizes_are_read_whole(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                using var reader = new FrameReader(server, MaxLength);
                foreach (
                    var length in new[] { 16, 17, 100, 4096, 65_535, 65_536, 65_537, 100_000, 3_000_000 }
                )
                {
                    var frame = FrameOf(length);
                    var reading = reader.ReadAsync();
                    var sending = client.SendAsync(frame).AsTask();
                    AssertFrame(frame, await reading);
                    Assert.True(await sending);
                }
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_frame_that_comes_byte_by_byte_is_read_whole(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                using var reader = new FrameReader(server, MaxLength);
                var frame = FrameOf(40);
                var reading = reader.ReadAsync().AsTask();
                for (var i = 0; i < frame.Length; i++)
                {
                    Assert.True(await client.SendAsync(frame.AsMemory(i, 1)));
                    await Task.Yield();
                }

                AssertFrame(frame, await reading);
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task Pipelined_frames_are_read_one_by_one(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                using var reader = new FrameReader(server, MaxLength);
                var random = new Random(7);
                var frames = Enumerable
                    .Range(0, 500)
                    .Select(i => FrameOf(random.Next(16, 2_000), i))
                    .ToList();
                frames.Add(FrameOf(300_000));
                frames.Add(FrameOf(20));
                var sending = client.SendAsync(frames.SelectMany(f => f).ToArray()).AsTask();
                foreach (var frame in frames)
                {
                    AssertFrame(frame, await reader.ReadAsync());
                }

                Assert.True(await sending);
                Assert.False(reader.HasMore);
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_length_out_of_bounds_is_refused_before_anything_is_rented(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                foreach (var length in new[] { -1, int.MinValue, 0, 15, MaxLength + 1, int.MaxValue })
                {
                    var (client, server) = await stage.ConnectPairAsync();
                    using var reader = new FrameReader(server, MaxLength);
                    var bytes = Bytes.Pattern(100);
                    BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
                    Assert.True(await client.SendAsync(bytes));
                    var read = await reader.ReadAsync();
                    Assert.Equal(FrameOutcome.BadLength, read.Outcome);
                    Assert.Equal(length, read.AnnouncedLength);
                }
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task The_end_between_frames_and_inside_one_are_told_apart(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                foreach (var sent in new[] { 0, 1, 3, 4, 30, 99, 100 })
                {
                    var (client, server) = await stage.ConnectPairAsync();
                    using var reader = new FrameReader(server, MaxLength);
                    var reading = reader.ReadAsync().AsTask();
                    Assert.True(await client.SendAsync(FrameOf(100).AsMemory(0, sent)));
                    await client.DisposeAsync();
                    var read = await reading;
                    if (sent == 100)
                    {
                        AssertFrame(FrameOf(100), read);
                        read = await reader.ReadAsync();
                    }

                    Assert.Equal(
                        sent is 0 or 100 ? FrameOutcome.Ended : FrameOutcome.Truncated,
                        read.Outcome
                    );
                    Assert.Equal(ChannelEnd.PeerClosed, server.End);
                }
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task An_abort_ends_a_read_half_way(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                using var reader = new FrameReader(server, MaxLength);
                var reading = reader.ReadAsync().AsTask();
                Assert.True(await client.SendAsync(FrameOf(1_000_000).AsMemory(0, 500_000)) || true);
                await Task.Run(server.Abort, TestContext.Current.CancellationToken);
                var read = await reading;
                Assert.True(read.Outcome is FrameOutcome.Truncated or FrameOutcome.Ended, $"{read.Outcome}");
                Assert.Equal(ChannelEnd.Aborted, server.End);
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_long_frame_can_be_read_in_pieces(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                using var reader = new FrameReader(server, MaxLength);
                var frames = new[]
                {
                    FrameOf(1_000_000),
                    FrameOf(50),
                    FrameOf(1_001),
                    FrameOf(1_000),
                    FrameOf(16),
                };
                var sending = client.SendAsync(frames.SelectMany(f => f).ToArray()).AsTask();
                foreach (var frame in frames)
                {
                    var read = await reader.ReadAsync(1_000);
                    Assert.Equal(FrameOutcome.Frame, read.Outcome);
                    Assert.Equal(frame.Length, read.Frame.Length);
                    Assert.Equal(frame.Length <= 1_000, read.Frame.IsWhole);
                    var whole = new MemoryStream();
                    whole.Write(read.Frame.Span);
                    Assert.Equal(Math.Min(frame.Length, 1_000), (int)whole.Length);
                    read.Frame.Return();
                    var piece = new byte[30_000];
                    while (reader.Rest > 0)
                    {
                        var count = await reader.ReadRestAsync(piece);
                        Assert.NotEqual(0, count);
                        whole.Write(piece, 0, count);
                    }

                    Assert.Equal(frame, whole.ToArray());
                }

                Assert.True(await sending);
            }
        );

    private static byte[] FrameOf(int length, int seed = 1)
    {
        var frame = Bytes.Pattern(length, seed);
        BinaryPrimitives.WriteInt32LittleEndian(frame, length);
        return frame;
    }

    private static void AssertFrame(byte[] expected, FrameRead read)
    {
        Assert.Equal(FrameOutcome.Frame, read.Outcome);
        Assert.True(read.Frame.IsWhole);
        Assert.True(expected.AsSpan().SequenceEqual(read.Frame.Span));
        read.Frame.Return();
    }
}
