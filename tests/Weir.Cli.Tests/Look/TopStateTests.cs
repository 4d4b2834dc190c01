using Weir.Cli.Look;

namespace Weir.Cli.Tests.Look;

public sealed class TopStateTests
{
    private static readonly PictureTable Clients = new(
        "clients",
        ["name", "requests"],
        [
            new() { ["name"] = "api", ["requests"] = 5.0 },
            new() { ["name"] = "worker", ["requests"] = 50.0 },
            new() { ["name"] = "apiary", ["requests"] = null },
        ],
        3
    );

    private static readonly Picture Picture = new("a Weir", [], [new("pools", ["server"], [], 0), Clients]);

    private readonly TopState _state = new();

    [Fact]
    public void Tab_and_digits_choose_the_table_and_go_round()
    {
        Press(ConsoleKey.Tab, '\t');
        Assert.Equal(1, _state.Table);
        Press(ConsoleKey.Tab, '\t');
        Assert.Equal(0, _state.Table);
        Press(ConsoleKey.D2, '2');
        Assert.Equal(1, _state.Table);
        Press(ConsoleKey.D9, '9');
        Assert.Equal(1, _state.Table);
    }

    [Fact]
    public void S_sorts_by_the_next_column_numbers_from_the_largest_and_r_turns_it_round()
    {
        Press(ConsoleKey.D2, '2');
        Press(ConsoleKey.S, 's');
        Assert.Equal(["api", "apiary", "worker"], Shown());
        Press(ConsoleKey.S, 's');
        Assert.Equal(["worker", "api", "apiary"], Shown());
        Press(ConsoleKey.R, 'r');
        Assert.Equal(["api", "worker", "apiary"], Shown());
    }

    [Fact]
    public void A_filter_is_written_kept_and_dropped()
    {
        Press(ConsoleKey.D2, '2');
        Press(ConsoleKey.Oem2, '/');
        Press(ConsoleKey.A, 'A');
        Press(ConsoleKey.P, 'p');
        Assert.True(_state.IsFiltering);
        Press(ConsoleKey.Enter, '\r');
        Assert.Equal(["api", "apiary"], Shown());
        Press(ConsoleKey.Escape, '\u001b');
        Assert.False(_state.IsOver);
        Assert.Equal(3, Shown().Length);
        Press(ConsoleKey.Escape, '\u001b');
        Assert.True(_state.IsOver);
    }

    [Fact]
    public void P_pauses_and_q_ends()
    {
        Press(ConsoleKey.P, 'p');
        Assert.True(_state.IsPaused);
        Press(ConsoleKey.Spacebar, ' ');
        Assert.False(_state.IsPaused);
        Press(ConsoleKey.Q, 'q');
        Assert.True(_state.IsOver);
    }

    [Fact]
    public void Q_ends_with_a_filter_kept_too()
    {
        Press(ConsoleKey.Divide, '/');
        Press(ConsoleKey.A, 'a');
        Press(ConsoleKey.Enter, '\r');
        Press(ConsoleKey.Q, 'q');

        Assert.Equal("a", _state.Filter);
        Assert.True(_state.IsOver);
    }

    [Fact]
    public void Status_aligns_columns_and_leaves_out_those_that_say_nothing()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var table = new PictureTable(
            "servers",
            ["server", "error", "connections"],
            [new() { ["server"] = "db1:27017", ["connections"] = 1234.0 }],
            2
        );

        StatusReport.Write(new Picture("it", [("clients", "3"), ("p99", "5 ms")], [table]), output);

        Assert.Equal(
            """
            it
            clients 3   p99 5 ms

            servers (2)
              server     connections
              db1:27017        1,234
              … and 1 more

            """,
            output.ToString()
        );
    }

    private string[] Shown()
    {
        var (column, isDescending) = _state.OrderOf(Clients);
        return
        [
            .. Clients.Select(_state.Filter, column, isDescending).Select(r => r["name"]!.GetValue<string>()),
        ];
    }

    private void Press(ConsoleKey key, char c) =>
        _state.Press(new ConsoleKeyInfo(c, key, false, false, false), Picture);
}
