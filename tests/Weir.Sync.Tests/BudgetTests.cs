using Weir.Protocol.Bson;
using Weir.Sync.Chunks;

namespace Weir.Sync.Tests;

/// <summary>The bytes that may be in memory.</summary>
public class BudgetTests
{
    [Fact]
    public async Task Who_finds_no_room_waits_for_its_turn()
    {
        var budget = new ByteBudget(100);
        await budget.TakeAsync(80, Stage.Ending);
        var large = budget.TakeAsync(50, Stage.Ending).AsTask();
        var small = budget.TakeAsync(10, Stage.Ending).AsTask();
        Assert.False(large.IsCompleted);
        // It would fit, but comes after the large one.
        Assert.False(small.IsCompleted);

        budget.Return(80);
        await Task.WhenAll(large, small);

        Assert.Equal((60, 80), (budget.Used, budget.Peak));
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_nothing_and_blocks_nobody()
    {
        var budget = new ByteBudget(100);
        await budget.TakeAsync(80, Stage.Ending);
        using var gaveUp = new CancellationTokenSource();
        var large = budget.TakeAsync(50, gaveUp.Token).AsTask();
        var small = budget.TakeAsync(40, Stage.Ending).AsTask();
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);

        budget.Return(80);
        await small;

        Assert.Equal(40, budget.Used);
    }

    [Fact]
    public async Task More_than_there_is_is_granted_when_nothing_else_is_held()
    {
        var budget = new ByteBudget(100);

        await budget.TakeAsync(500, Stage.Ending);

        Assert.Equal(500, budget.Used);
    }

    [Fact]
    public async Task A_chunk_gives_back_what_it_took_and_what_it_grew_by()
    {
        var budget = new ByteBudget(1 << 20);
        var chunk = new Chunk(budget, 10, 1 << 16);
        await chunk.ReserveAsync(Stage.Ending);
        chunk.Add(new BsonDocument { ["text"] = new string('x', 1 << 18) });
        Assert.True(budget.Used >= 1 << 18);

        chunk.Dispose();

        Assert.Equal(0, budget.Used);
    }
}
