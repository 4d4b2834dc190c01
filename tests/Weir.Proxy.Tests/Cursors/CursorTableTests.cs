using Weir.Pooling.ConnectionStrings;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Clients;
using Weir.Proxy.Cursors;
using Weir.Testing;

namespace Weir.Proxy.Tests.Cursors;

public class CursorTableTests
{
    private static readonly ServerAddress A = new("a", 1);
    private static readonly ServerAddress B = new("b", 1);

    private readonly ManualClock _clock = new();
    private readonly WorkOwner _owner = new(1, Identity.Anonymous);

    [Fact]
    public void A_cursor_is_not_there_for_another_user()
    {
        CursorTable table = Create();
        var other = new WorkOwner(2, new Identity("other", "admin", UserRole.None));
        Assert.True(table.TryAdd(Cursor(A, 5), _owner, out long id));

        Assert.False(table.TryUse(id, other, out _));
        Assert.True(table.TryUse(id, new WorkOwner(3, Identity.Anonymous), out Cursor cursor));
        Assert.Equal(5, cursor.UpstreamId);
    }

    [Fact]
    public void Equal_ids_of_two_servers_get_ids_of_their_own()
    {
        CursorTable table = Create();

        Assert.True(table.TryAdd(Cursor(A, 5), _owner, out long one));
        Assert.True(table.TryAdd(Cursor(B, 5), _owner, out long other));

        Assert.NotEqual(one, other);
        Assert.True(one > 0 && other > 0);
        Assert.True(table.TryUse(one, _owner, out Cursor first));
        Assert.True(table.TryUse(other, _owner, out Cursor second));
        Assert.Equal((A, 5L), (first.Server, first.UpstreamId));
        Assert.Equal((B, 5L), (second.Server, second.UpstreamId));
    }

    [Fact]
    public void An_id_that_was_removed_does_not_find_its_slots_next_cursor()
    {
        CursorTable table = Create();
        table.TryAdd(Cursor(A, 1), _owner, out long old);
        Assert.True(table.Remove(old));

        table.TryAdd(Cursor(A, 2), _owner, out long next);

        Assert.Equal((int)old, (int)next);
        Assert.False(table.TryUse(old, _owner, out _));
        Assert.False(table.Remove(old));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(1L << 32)]
    public void Made_up_ids_find_nothing(long id)
    {
        CursorTable table = Create();
        table.TryAdd(Cursor(A, 1), _owner, out _);

        Assert.False(table.TryUse(id, _owner, out _));
    }

    [Fact]
    public void A_full_table_takes_no_more_until_one_is_removed()
    {
        CursorTable table = Create(capacity: 2);
        table.TryAdd(Cursor(A, 1), _owner, out long first);
        Assert.True(table.TryAdd(Cursor(A, 2), _owner, out _));
        Assert.False(table.TryAdd(Cursor(A, 3), _owner, out _));

        table.Remove(first);

        Assert.True(table.TryAdd(Cursor(A, 3), _owner, out _));
        Assert.Equal(2, table.Count);
    }

    [Fact]
    public void A_cursor_goes_over_to_whoever_used_it_last()
    {
        CursorTable table = Create();
        var other = new WorkOwner(1, Identity.Anonymous);
        table.TryAdd(Cursor(A, 1), _owner, out long one);
        table.TryAdd(Cursor(A, 2), _owner, out _);

        table.TryUse(one, other, out _);

        Assert.Equal([2L], table.TakeAll(_owner).Select(c => c.UpstreamId));
        Assert.Equal([1L], table.TakeAll(other).Select(c => c.UpstreamId));
        Assert.Equal(0, table.Count);
        Assert.False(_owner.HasCursors);
    }

    [Fact]
    public void Idle_cursors_are_taken_and_used_ones_stay()
    {
        CursorTable table = Create();
        table.TryAdd(Cursor(A, 1), _owner, out _);
        table.TryAdd(Cursor(A, 2), _owner, out long used);
        _clock.Advance(TimeSpan.FromMinutes(6));
        table.TryUse(used, _owner, out _);
        _clock.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal([1L], table.TakeIdle().Select(c => c.UpstreamId));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Whatever_is_added_and_removed_the_lists_and_the_count_agree()
    {
        CursorTable table = Create(capacity: 500);
        WorkOwner[] owners = [.. Enumerable.Range(0, 8).Select(_ => new WorkOwner(1, Identity.Anonymous))];
        var model = new Dictionary<long, (long Upstream, WorkOwner Owner)>();
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            WorkOwner owner = owners[random.Next(owners.Length)];
            long known = model.Count > 0 ? model.Keys.ElementAt(random.Next(Math.Min(8, model.Count))) : 0;
            switch (random.Next(10))
            {
                case < 5:
                    if (table.TryAdd(Cursor(A, i), owner, out long id))
                        model.Add(id, (i, owner));
                    else
                        Assert.Equal(500, model.Count);
                    break;
                case < 7:
                    Assert.Equal(model.Remove(known), table.Remove(known));
                    break;
                case < 9:
                    Assert.Equal(model.ContainsKey(known), table.TryUse(known, owner, out Cursor cursor));
                    if (model.TryGetValue(known, out (long Upstream, WorkOwner) entry))
                    {
                        Assert.Equal(entry.Upstream, cursor.UpstreamId);
                        model[known] = (entry.Upstream, owner);
                    }
                    break;
                default:
                    long[] expected =
                    [
                        .. model.Where(m => m.Value.Owner == owner).Select(m => m.Value.Upstream),
                    ];
                    Assert.Equal(expected.Order(), table.TakeAll(owner).Select(c => c.UpstreamId).Order());
                    foreach (
                        long gone in model.Where(m => m.Value.Owner == owner).Select(m => m.Key).ToArray()
                    )
                        model.Remove(gone);
                    break;
            }
            Assert.Equal(model.Count, table.Count);
        }
    }

    private CursorTable Create(int capacity = 100) => new(capacity, _clock, TimeSpan.FromMinutes(10));

    private static Cursor Cursor(ServerAddress server, long id) => new(server, id, default, "d.c", false);
}
