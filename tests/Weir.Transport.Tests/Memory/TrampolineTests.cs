using Weir.Transport.Memory;

namespace Weir.Transport.Tests.Memory;

/// <summary>What runs when a send or a close sets something free, in memory.</summary>
public sealed class TrampolineTests
{
    [Fact]
    public void Actions_run_in_order_and_never_inside_one_another()
    {
        List<string> log = [];

        Trampoline.Run(() =>
        {
            Trampoline.Run(() => log.Add("inner"));
            log.Add("outer");
        });

        Assert.Equal(["outer", "inner"], log);
    }

    [Fact]
    public async Task An_action_that_throws_leaves_none_behind_it_unrun()
    {
        var ran = new TaskCompletionSource();

        Assert.Throws<InvalidOperationException>(() =>
            Trampoline.Run(() =>
            {
                Trampoline.Run(ran.SetResult);
                throw new InvalidOperationException();
            })
        );

        await ran.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }
}
