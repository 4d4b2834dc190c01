using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Proxy.Commands;
using Weir.Proxy.Cursors;
using Weir.Proxy.Errors;
using Weir.Proxy.Exchanges;

namespace Weir.Proxy.Routing;

/// <summary>
/// Names the server that a request goes to: its cursor's, its transaction's, else one that its read preference
/// allows. At once and without allocation while such a server is known.
/// </summary>
internal sealed class Router(Upstream upstream, TimeProvider time, CancellationToken ending)
{
    /// <summary>
    /// Gives <paramref name="x"/> its server; <see langword="false"/> when there is none, and the exchange's error
    /// says why.
    /// </summary>
    public ValueTask<bool> RouteAsync(Exchange x)
    {
        // What a transaction has begun it may end: its locks would outlast the pause, and be in its way.
        bool isNow = upstream.Gate.IsOpen || (x.View.InTransaction && !x.View.StartTransaction);
        ValueTask<Server?> routed = isNow ? Route(x) : RouteLaterAsync(x);
        return routed.IsCompletedSuccessfully ? new(Give(x, routed.Result)) : GiveAsync(x, routed);
    }

    private static async ValueTask<bool> GiveAsync(Exchange x, ValueTask<Server?> routed) =>
        Give(x, await routed);

    private static bool Give(Exchange x, Server? server)
    {
        // One that failed before is told from the others by it.
        x.Server = server ?? x.Server;
        return server is not null;
    }

    private async ValueTask<Server?> RouteLaterAsync(Exchange x)
    {
        TimeSpan patience = upstream.CheckOutTimeout;
        bool isShort = x.View.MaxTimeMS > 0 && x.View.MaxTimeMS < patience.TotalMilliseconds;
        if (isShort)
            patience = TimeSpan.FromMilliseconds(x.View.MaxTimeMS);
        if (await upstream.Gate.PassAsync(patience, x.Leaving))
            return await Route(x);
        if (isShort && !upstream.Gate.HasEnded)
        {
            x.Error = Failures.TimeExpired(x.View, time.GetElapsedTime(x.Started));
            return null;
        }
        x.Error =
            ending.IsCancellationRequested || upstream.Gate.HasEnded
                ? Failures.ShuttingDown()
                : Failures.Paused(upstream.Name);
        return null;
    }

    private ValueTask<Server?> Route(Exchange x)
    {
        if (x.View.Kind == CommandKind.GetMore && x.View.CursorIdOffset != 0)
            return new(RouteCursor(x));
        if (x.View.InTransaction && upstream.Transactions.IsAnothers(x.View.Session, x.Client.Identity))
        {
            x.Error = Failures.AnothersTransaction();
            return new((Server?)null);
        }
        if (x.View.HasTxnNumber && !x.View.StartTransaction && PinnedServer(x) is { } pinned)
            return new(pinned);

        ReadPreference preference = ReadPreference.Primary;
        bool write = x.View.IsWrite;
        try
        {
            if (!write && !x.View.ReadPreference.IsEmpty)
                preference = ReadPreferenceParser.Parse(x.View.ReadPreference.Of(x.RequestBytes));
            // Once more: not to the server that failed, or had no connection to give, where there is another.
            if (x.Server is null && upstream.Deployment.TrySelectServer(preference, write) is { } server)
                return new(server);
        }
        catch (InvalidReadPreferenceException e)
        {
            x.Error = Failures.InvalidReadPreference(e);
            return new((Server?)null);
        }
        catch (BsonFormatException e)
        {
            x.Error = new WeirError(ErrorCode.InvalidBSON, $"$readPreference is not valid: {e.Message}");
            return new((Server?)null);
        }
        return SelectAsync(x, preference, write);
    }

    private Server? RouteCursor(Exchange x)
    {
        long id = x.View.CursorId;
        if (
            !upstream.Cursors.TryUse(id, x.Client.Work, out Cursor cursor)
            || upstream.Deployment.FindServer(cursor.Server) is not { } server
        )
        {
            x.Error = Failures.CursorNotFound(id);
            return null;
        }
        x.Cursor = cursor;
        RequestPatch.CursorId(x.RequestBytes, x.View.CursorIdOffset, cursor.UpstreamId);
        return server;
    }

    /// <summary>
    /// A sharded deployment's transaction lives on the mongos that began it. A replica set's lives on the primary,
    /// whoever that is by now: a new primary knows of its commit, the old one no longer does.
    /// </summary>
    private Server? PinnedServer(Exchange x)
    {
        ServerAddress? address = upstream.Transactions.Use(x.View, x.Client.Work);
        if (
            address is null
            || upstream.Deployment.Topology.Type is not (TopologyType.Sharded or TopologyType.LoadBalanced)
            || upstream.Deployment.FindServer(address) is not { } pinned
        )
            return null;
        // Another mongos can finish a transaction by its recovery token when its own has gone.
        bool ends = x.View.Kind is CommandKind.CommitTransaction or CommandKind.AbortTransaction;
        bool isLost = x.Attempts > 0 || x.Rejections > 0 || !pinned.Description.IsDataBearing;
        return ends && isLost ? null : pinned;
    }

    private async ValueTask<Server?> SelectAsync(Exchange x, ReadPreference preference, bool write)
    {
        try
        {
            Deadline deadline =
                x.View.MaxTimeMS > 0
                    ? Deadline.After(
                        TimeSpan.FromMilliseconds(Math.Min(x.View.MaxTimeMS, int.MaxValue))
                            - time.GetElapsedTime(x.Started),
                        time
                    )
                    : default;
            return x.Server is { } failed
                ? await upstream.Deployment.SelectServerAsync(
                    preference,
                    write,
                    [failed.Address],
                    deadline,
                    x.Leaving
                )
                : await upstream.Deployment.SelectServerAsync(preference, write, deadline, x.Leaving);
        }
        catch (ServerSelectionException e)
        {
            TimeSpan waited = time.GetElapsedTime(x.Started);
            x.Error =
                x.View.MaxTimeMS > 0 && waited.TotalMilliseconds >= x.View.MaxTimeMS
                    ? Failures.TimeExpired(x.View, waited)
                    : Failures.NoServer(e, x.View);
        }
        catch (InvalidReadPreferenceException e)
        {
            x.Error = Failures.InvalidReadPreference(e);
        }
        catch (OperationCanceledException)
        {
            x.Error = Failures.ShuttingDown();
        }
        return null;
    }
}
