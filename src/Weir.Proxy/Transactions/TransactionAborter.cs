using Weir.Pooling;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Proxy.Cursors;
using Weir.Proxy.Errors;

namespace Weir.Proxy.Transactions;

/// <summary>Aborts transactions whose client has gone, so that their locks do not last until the server's limit.</summary>
internal static class TransactionAborter
{
    /// <summary>Aborts them one after the other. What fails is left to the server's own limit.</summary>
    public static async Task AbortAsync(
        Deployment deployment,
        IReadOnlyList<Transaction> transactions,
        CancellationToken cancellationToken
    )
    {
        foreach (Transaction transaction in transactions)
        {
            Server? server =
                deployment.FindServer(transaction.Server)
                ?? deployment.TrySelectServer(ReadPreference.Primary, write: true);
            if (server is null)
                continue;
            try
            {
                await server.RunCommandAsync(
                    "admin",
                    new BsonDocument
                    {
                        ["abortTransaction"] = 1,
                        ["lsid"] = CursorKiller.ToDocument(transaction.Session),
                        ["txnNumber"] = transaction.Number,
                        ["autocommit"] = false,
                    },
                    cancellationToken
                );
            }
            catch (Exception e) when (UpstreamFailure.IsExpected(e)) { }
        }
    }
}
