using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Clients;
using Weir.Proxy.Commands;
using Weir.Proxy.Sessions;
using Weir.Testing;

namespace Weir.Proxy.Tests.Sessions;

public class SessionTableTests
{
    private static readonly Identity Alice = new("alice", "admin", UserRole.None);
    private static readonly Identity Bob = new("bob", "admin", UserRole.None);

    private readonly ManualClock _clock = new();

    [Fact]
    public void A_session_belongs_to_whoever_used_it_last()
    {
        var table = new SessionTable(10, _clock);
        var first = new WorkOwner(1, Alice);
        var second = new WorkOwner(2, Alice);
        table.Use(Session(1), first);
        table.Use(Session(2), first);
        table.Use(Session(1), second);

        Assert.Equal([Session(2)], table.TakeAll(first));
        Assert.Equal([Session(1)], table.TakeAll(second));
        Assert.False(first.HasSessions || second.HasSessions);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void The_same_id_of_another_user_is_another_session()
    {
        var table = new SessionTable(10, _clock);
        table.Use(Session(1), new WorkOwner(1, Alice));
        table.Use(Session(1), new WorkOwner(2, Bob));
        table.Use(Session(2), new WorkOwner(2, Bob));

        Assert.False(table.Remove(Session(2), Alice));
        Assert.Equal([Session(1)], table.TakeAll(Alice));
        Assert.Equal([Session(1), Session(2)], table.TakeAll(Bob).OrderBy(s => s.First));
    }

    [Fact]
    public void When_it_is_full_only_what_servers_have_forgotten_makes_room()
    {
        var table = new SessionTable(2, _clock);
        var owner = new WorkOwner(1, Alice);
        table.Use(Session(1), owner);
        _clock.Advance(TimeSpan.FromMinutes(20));
        table.Use(Session(2), owner);
        table.Use(Session(3), owner);
        Assert.Equal(2, table.Count);
        Assert.False(table.Remove(Session(3), Alice));

        _clock.Advance(TimeSpan.FromMinutes(15));
        table.Use(Session(3), owner);

        Assert.False(table.Remove(Session(1), Alice));
        Assert.True(table.Remove(Session(2), Alice));
        Assert.True(table.Remove(Session(3), Alice));
    }

    [Fact]
    public void Lists_and_index_agree_whatever_happens()
    {
        var random = new Random(7);
        var table = new SessionTable(40, _clock);
        WorkOwner[] owners = [.. Enumerable.Range(0, 5).Select(n => new WorkOwner(n, n < 3 ? Alice : Bob))];
        var model = new Dictionary<SessionKey, WorkOwner>();
        for (int i = 0; i < 5_000; i++)
        {
            WorkOwner owner = owners[random.Next(owners.Length)];
            var key = new SessionKey(Session(1 + random.Next(20)), owner.User);
            switch (random.Next(8))
            {
                case 0:
                    Assert.Equal(model.Remove(key), table.Remove(key.Session, key.User));
                    break;
                case 1:
                    var expected = model.Where(e => e.Value == owner).Select(e => e.Key).ToList();
                    Assert.Equal(
                        expected.Select(k => k.Session.First).Order(),
                        table.TakeAll(owner).Select(s => s.First).Order()
                    );
                    expected.ForEach(k => model.Remove(k));
                    break;
                default:
                    table.Use(key.Session, owner);
                    model[key] = owner;
                    break;
            }
            Assert.Equal(model.Count, table.Count);
        }
    }

    private static SessionId Session(int n) => new((ulong)n, 0);
}
