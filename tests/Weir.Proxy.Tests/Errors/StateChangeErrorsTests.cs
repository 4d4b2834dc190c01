using Weir.Protocol.Bson;
using Weir.Proxy.Commands;
using Weir.Proxy.Errors;

namespace Weir.Proxy.Tests.Errors;

public class StateChangeErrorsTests
{
    /// <summary>The codes on which drivers clear their pools, by Server Discovery and Monitoring.</summary>
    private static readonly int[] ClearsPools = [10107, 13435, 10058, 11600, 11602, 13436, 189, 91];

    [Fact]
    public void No_code_is_handed_on_that_makes_a_driver_clear_its_pool()
    {
        CommandView read = Messages.Scan(new() { ["find"] = "c" });
        foreach (int code in ClearsPools)
        {
            Assert.True(StateChangeErrors.Contains(code));
            var reply = new BsonDocument
            {
                ["ok"] = 0,
                ["errmsg"] = "not master and node is recovering",
                ["code"] = code,
                ["codeName"] = "NotWritablePrimary",
                ["topologyVersion"] = new BsonDocument(),
            };

            BsonDocument changed = StateChangeErrors.HandOn(reply, "a:1", read);

            Assert.Equal(6, changed["code"].AsInt32);
            Assert.Equal("HostUnreachable", changed["codeName"].AsString);
            Assert.StartsWith(
                $"weir: a:1 answered with error {code}",
                changed["errmsg"].AsString,
                StringComparison.Ordinal
            );
            Assert.DoesNotContain("not master", changed["errmsg"].AsString, StringComparison.Ordinal);
            Assert.DoesNotContain("node is recovering", changed["errmsg"].AsString, StringComparison.Ordinal);
            Assert.False(changed.Contains("topologyVersion"));
            Assert.Equal(code, reply["code"].AsInt32);
        }
    }

    [Fact]
    public void The_servers_own_labels_stay_and_the_needed_one_is_added()
    {
        CommandView write = Messages.Scan(new() { ["insert"] = "c", ["txnNumber"] = 1L });
        var reply = new BsonDocument
        {
            ["ok"] = 0,
            ["code"] = 189,
            ["errorLabels"] = new BsonArray { "Something", "RetryableWriteError" },
        };

        BsonDocument changed = StateChangeErrors.HandOn(reply, "a:1", write);

        Assert.Equal(
            ["Something", "RetryableWriteError"],
            changed["errorLabels"].AsArray.Select(l => l.AsString)
        );
    }

    [Fact]
    public void A_write_concerns_error_is_changed_inside_an_answer_that_is_ok()
    {
        var reply = new BsonDocument
        {
            ["n"] = 1,
            ["ok"] = 1,
            ["writeConcernError"] = new BsonDocument { ["code"] = 91, ["errmsg"] = "shutting down" },
        };

        BsonDocument changed = StateChangeErrors.HandOn(
            reply,
            "a:1",
            Messages.Scan(new() { ["insert"] = "c" })
        );

        Assert.Equal(6, changed["writeConcernError"].AsDocument["code"].AsInt32);
        Assert.Equal(1, changed["n"].AsInt32);
        Assert.False(changed.Contains("code"));
    }

    [Theory]
    [InlineData("insert", true, false, "RetryableWriteError")]
    [InlineData("insert", false, false, null)]
    [InlineData("find", false, false, null)]
    [InlineData("insert", true, true, "TransientTransactionError")]
    [InlineData("commitTransaction", true, true, "RetryableWriteError")]
    [InlineData("abortTransaction", true, true, "RetryableWriteError")]
    public void A_lost_server_gets_the_label_that_a_driver_would_have_given(
        string command,
        bool txnNumber,
        bool inTransaction,
        string? label
    )
    {
        var document = new BsonDocument { [command] = "c" };
        if (txnNumber)
            document["txnNumber"] = 1L;
        if (inTransaction)
            document["autocommit"] = false;

        Assert.Equal(label is null ? [] : [label], RetryLabels.ForLostServer(Messages.Scan(document)));
    }

    [Fact]
    public void Overload_is_said_so_that_current_drivers_back_off()
    {
        BsonDocument document = Failures.Overloaded("full").ToDocument();

        Assert.Equal(462, document["code"].AsInt32);
        Assert.Equal("IngressRequestRateLimitExceeded", document["codeName"].AsString);
        Assert.Equal("weir: full", document["errmsg"].AsString);
        Assert.Equal(0.0, document["ok"].AsDouble);
        Assert.Equal(
            ["SystemOverloadedError", "RetryableError"],
            document["errorLabels"].AsArray.Select(l => l.AsString)
        );
    }
}
