using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;

namespace Weir.Pooling.Tests.Topologies;

public sealed class TopologyEventQueueTests
{
    [Fact]
    public void A_listener_that_fails_loses_only_its_own()
    {
        var heard = 0;
        var queue = new TopologyEventQueue(_ =>
        {
            heard++;
            throw new InvalidOperationException("listener");
        });
        queue.Add(new TopologyEvent.TopologyOpening());
        queue.Add(new TopologyEvent.TopologyClosed());
        queue.Deliver();
        Assert.Equal(2, heard);
    }

    [Fact]
    public void What_is_added_while_it_delivers_comes_after_and_not_within()
    {
        var order = new List<string>();
        TopologyEventQueue queue = null!;
        queue = new TopologyEventQueue(e =>
        {
            order.Add("<" + e.GetType().Name);
            if (e is TopologyEvent.TopologyOpening)
            {
                queue.Add(new TopologyEvent.ServerOpening(new ServerAddress("a", 1)));
                queue.Deliver();
            }
            order.Add(">");
        });
        queue.Add(new TopologyEvent.TopologyOpening());
        queue.Deliver();
        Assert.Equal(["<TopologyOpening", ">", "<ServerOpening", ">"], order);
    }

    [Fact]
    public void Nothing_comes_after_the_last()
    {
        var heard = new List<TopologyEvent>();
        var queue = new TopologyEventQueue(heard.Add);
        queue.Close(new TopologyEvent.TopologyClosed());
        queue.Add(new TopologyEvent.TopologyOpening());
        queue.Deliver();
        Assert.IsType<TopologyEvent.TopologyClosed>(Assert.Single(heard));
    }
}
