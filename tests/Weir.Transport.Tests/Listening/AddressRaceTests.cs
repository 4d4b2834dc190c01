using System.Net;
using System.Net.Sockets;
using Weir.Testing;
using Weir.Transport.Listening;

namespace Weir.Transport.Tests.Listening;

public sealed class AddressRaceTests : IAsyncDisposable
{
    private static readonly EndPoint[] s_addresses =
    [
        new IPEndPoint(IPAddress.Parse("2001:db8::1"), 1),
        new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1),
        new IPEndPoint(IPAddress.Parse("192.0.2.2"), 1),
    ];

    private readonly ManualClock _clock = new();
    private readonly MemoryNetwork _network = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly List<EndPoint> _tried = [];
    private readonly Dictionary<EndPoint, TaskCompletionSource<Channel>> _attempts = [];

    public ValueTask DisposeAsync()
    {
        _asked.Dispose();
        return _network.DisposeAsync();
    }

    [Fact]
    public async Task An_address_that_says_nothing_gives_way_after_its_head_start()
    {
        var race = RunAsync(Token);
        await AskedAsync();
        Assert.Equal([s_addresses[0]], _tried);
        _clock.Advance(AddressRace.HeadStart - TimeSpan.FromMilliseconds(1));
        Assert.Single(_tried);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await AskedAsync();
        Assert.Equal(s_addresses[..2], _tried);

        var channel = Connected();
        _attempts[s_addresses[1]].SetResult(channel);
        Assert.Same(channel, await race);
        Assert.Equal(2, _tried.Count);
    }

    [Fact]
    public async Task An_address_that_refuses_gives_way_at_once()
    {
        var race = RunAsync(Token);
        await AskedAsync();
        _attempts[s_addresses[0]].SetException(Refused(s_addresses[0]));
        await AskedAsync();
        Assert.Equal(s_addresses[..2], _tried);
        var channel = Connected();
        _attempts[s_addresses[1]].SetResult(channel);
        Assert.Same(channel, await race);
    }

    [Fact]
    public async Task One_that_connects_late_is_closed()
    {
        Channel late = Connected();
        var race = RunAsync(_ => late, Token);
        await AskedAsync();
        _clock.Advance(AddressRace.HeadStart);
        await AskedAsync();
        var channel = Connected();
        _attempts[s_addresses[1]].SetResult(channel);
        Assert.Same(channel, await race);
        Assert.NotEqual(ChannelEnd.None, late.End);
        Assert.Equal(ChannelEnd.None, channel.End);
    }

    [Fact]
    public async Task When_none_answers_the_last_reason_is_told()
    {
        var race = RunAsync(Token);
        foreach (var address in s_addresses)
        {
            await AskedAsync();
            _attempts[address].SetException(Refused(address));
        }

        Assert.Equal(s_addresses[2], (await Assert.ThrowsAsync<ConnectException>(() => race)).EndPoint);
    }

    [Fact]
    public async Task Giving_up_ends_all_of_them()
    {
        using var giveUp = new CancellationTokenSource();
        var race = RunAsync(giveUp.Token);
        await AskedAsync();
        _clock.Advance(AddressRace.HeadStart);
        await AskedAsync();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race);
        Assert.Equal(2, _attempts.Values.Count(a => a.Task.IsCanceled));
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public void Families_take_turns_beginning_with_the_first()
    {
        IPAddress[] addresses =
        [
            IPAddress.Parse("::1"),
            IPAddress.Parse("::2"),
            IPAddress.Parse("::3"),
            IPAddress.Parse("10.0.0.1"),
        ];
        Assert.Equal(
            [addresses[0], addresses[3], addresses[1], addresses[2]],
            AddressRace.Interleave(addresses)
        );
    }

    private static ConnectException Refused(EndPoint address) =>
        new(address, SocketError.ConnectionRefused, "refused");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Task<Channel> RunAsync(CancellationToken cancellationToken) =>
        RunAsync(cancelled: null, cancellationToken);

    private Task<Channel> RunAsync(Func<EndPoint, Channel>? cancelled, CancellationToken cancellationToken) =>
        AddressRace
            .RunAsync(
                s_addresses,
                (address, token) =>
                {
                    _tried.Add(address);
                    var attempt = _attempts[address] = new TaskCompletionSource<Channel>(
                        TaskCreationOptions.RunContinuationsAsynchronously
                    );
                    _asked.Release();
                    token.Register(() =>
                    {
                        _ = cancelled is null
                            ? attempt.TrySetCanceled(token)
                            : attempt.TrySetResult(cancelled(address));
                    });
                    return attempt.Task;
                },
                _clock,
                cancellationToken
            )
            .AsTask();

    private Channel Connected() => _network.CreatePair().Left;

    private Task AskedAsync() => _asked.WaitAsync(Token);
}
