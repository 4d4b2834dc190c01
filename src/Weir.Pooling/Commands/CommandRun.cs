using System.Runtime.ExceptionServices;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>One operation: its attempts, and what they share.</summary>
internal sealed class CommandRun(CommandRunner runner, CommandRequest request, long operationId)
{
    private readonly List<ServerAddress> _avoided = [];
    private CommandSession? _session = request.Session;
    private bool _startsTransaction;
    private bool _isRetryableWrite;
    private long? _transactionNumber;
    private bool _keepsSession;
    private bool _mayBeDone;
    private Server? _server;

    private bool IsInTransaction =>
        _session is not null && CommandComposer.IsPartOfTransaction(_session, request);

    public async ValueTask<CommandOutcome> RunAsync(CancellationToken cancellationToken)
    {
        if (_session is { Transaction: TransactionState.Committed or TransactionState.Aborted } done)
        {
            if (!CommandComposer.EndsTransaction(request))
            {
                // The next operation after a transaction is bound to nothing any more.
                done.Unpin();
                done.Transaction = TransactionState.None;
            }
        }
        _startsTransaction = _session?.Transaction == TransactionState.Starting;
        try
        {
            return await RetryAsync(cancellationToken);
        }
        finally
        {
            if (request.Session is null && _session is not null && !_keepsSession)
            {
                runner.Release(_session);
            }
        }
    }

    private async ValueTask<CommandOutcome> RetryAsync(CancellationToken cancellationToken)
    {
        var allowed = 1;
        Exception? before = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(cancellationToken);
            }
            catch (Exception e) when (RetryRules.IsFailure(e))
            {
                Label(e);
                if (e is ServerSelectionException && before is not null)
                {
                    ExceptionDispatchInfo.Throw(before);
                }
                var isOverload = RetryRules.IsOverload(e);
                if (isOverload)
                {
                    allowed = runner.Settings.MaxAdaptiveRetries;
                }
                if (attempt > allowed || !MayRetry(e))
                {
                    if (before is not null && FailureLabels.Has(e, "NoWritesPerformed"))
                    {
                        ExceptionDispatchInfo.Throw(before);
                    }
                    throw;
                }
                if (before is null || !FailureLabels.Has(e, "NoWritesPerformed"))
                {
                    before = e;
                }
                // A server that is overloaded did nothing.
                _mayBeDone |= !isOverload;
                Avoid(isOverload);
                if (isOverload)
                {
                    await runner.PauseAsync(e, attempt, cancellationToken);
                }
            }
        }
    }

    private async ValueTask<CommandOutcome> AttemptAsync(CancellationToken cancellationToken)
    {
        var server =
            request.Server
            ?? _session?.Server
            ?? await runner.SelectAsync(request, operationId, _avoided, cancellationToken);
        _server = server;
        Settle(server);
        var borrowed = request.Connection ?? _session?.Connection;
        var connection = borrowed ?? await server.Pool.CheckOutAsync(cancellationToken: cancellationToken);
        var isOurs = borrowed is null;
        if (isOurs && _session is { IsInTransaction: true } && runner.Topology is { } topology)
        {
            if (topology.Type == TopologyType.LoadBalanced)
            {
                connection.Purpose = ConnectionPurpose.Transaction;
                _session.Pin(server, connection);
                isOurs = false;
            }
            else if (topology.Type == TopologyType.Sharded)
            {
                _session.Pin(server, null);
            }
        }
        try
        {
            var reply = await ExchangeAuthenticatedAsync(server, connection, cancellationToken);
            var keeps = request.KeepsConnection?.Invoke(reply) == true;
            _keepsSession = keeps && request.Session is null;
            var kept =
                keeps && isOurs && runner.Topology.Type == TopologyType.LoadBalanced ? connection : null;
            isOurs &= kept is null;
            kept?.Purpose = ConnectionPurpose.Cursor;
            return new(reply, server, kept, _keepsSession ? _session : null);
        }
        finally
        {
            if (isOurs)
            {
                connection.CheckIn();
            }
        }
    }

    // A credential that expires in mid-use is renewed on the connection itself; that is not what retries are for.
    private async ValueTask<BsonDocument> ExchangeAuthenticatedAsync(
        Server server,
        PooledConnection connection,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await ExchangeAsync(server, connection, cancellationToken);
        }
        catch (CommandException e) when (connection.Connection.MayReauthenticate(e))
        {
            await server.ReauthenticateAsync(connection, cancellationToken);
        }
        return await ExchangeAsync(server, connection, cancellationToken);
    }

    private async ValueTask<BsonDocument> ExchangeAsync(
        Server server,
        PooledConnection connection,
        CancellationToken cancellationToken
    )
    {
        var topology = runner.Topology;
        var command = CommandComposer.Compose(
            _mayBeDone && request.Again is { } again ? request with { Command = again } : request,
            _session,
            _startsTransaction,
            _transactionNumber,
            CommandComposer.ReadPreferenceFor(
                request.ReadPreference,
                request.IsWrite || request.Kind == CommandKind.Write && _transactionNumber is not null,
                topology.Type,
                server.Description.Type
            ),
            runner.ClusterTimeFor(server),
            runner.ServerApi
        );
        if (_session is { Transaction: TransactionState.Starting } session)
        {
            session.Transaction = TransactionState.InProgress;
        }
        var told = new CommandTelling(runner, request, operationId, connection);
        told.Started(command);
        try
        {
            var (reply, _) = await connection.Connection.ExchangeAsync(
                request.Database,
                command,
                request.Sequence,
                request.TakesBatch,
                cancellationToken
            );
            runner.Hear(reply);
            told.Succeeded(reply);
            server.HandleReply(connection, reply);
            if (
                _session is not null
                && reply.GetValueOrDefault("recoveryToken") is { IsDocument: true } token
            )
            {
                _session.RecoveryToken = token.AsDocument;
            }
            if (_isRetryableWrite && IsLabelled(reply, ErrorLabels.RetryableWriteError))
            {
                throw new CommandException(server.Address, request.Name, reply);
            }
            return reply;
        }
        catch (CommandException e) when (!e.Reply.GetValueOrDefault("ok").ToBoolean())
        {
            runner.Hear(e.Reply);
            told.Failed(e);
            server.HandleReply(connection, e.Reply);
            throw;
        }
        catch (ConnectionException e)
        {
            told.Failed(e);
            server.HandleNetworkError(connection, e, e.IsTimeout);
            _session?.IsDirty = true;
            throw;
        }
        catch (Exception e) when (e is PoolClearedException or OperationCanceledException)
        {
            told.Failed(e);
            _session?.IsDirty = true;
            throw;
        }
    }

    // What is known once there is a server: whether there are sessions, and whether writes may be tried again.
    private void Settle(Server server)
    {
        if (_session is null && runner.HasSessions)
        {
            _session = runner.Acquire();
        }
        _isRetryableWrite =
            request is { Kind: CommandKind.Write, IsRetryable: true }
            && runner.Settings.RetryWrites
            && _session is not null
            && server.Description.Type is not (ServerType.Standalone or ServerType.Unknown)
            && !IsInTransaction;
        if (_isRetryableWrite)
        {
            _transactionNumber ??= _session!.NextTransactionNumber();
        }
    }

    private void Label(Exception e)
    {
        var isLost = RetryRules.IsNetworkError(e) || e is ServerSelectionException;
        if (IsInTransaction && isLost && !CommandComposer.EndsTransaction(request))
        {
            FailureLabels.Add(e, ErrorLabels.TransientTransactionError);
        }
        if ((_isRetryableWrite || CommandComposer.EndsTransaction(request)) && RetryRules.IsNetworkError(e))
        {
            FailureLabels.Add(e, ErrorLabels.RetryableWriteError);
        }
        if (
            IsInTransaction
            && (FailureLabels.Has(e, ErrorLabels.TransientTransactionError) || RetryRules.IsNetworkError(e))
        )
        {
            // A broken connection carries no other attempt either.
            _session!.Unpin();
        }
    }

    private bool MayRetry(Exception e)
    {
        var settings = runner.Settings;
        var isAllowed = request.Kind switch
        {
            CommandKind.Read => settings.RetryReads,
            CommandKind.Write => settings.RetryWrites,
            _ => settings.RetryReads && settings.RetryWrites,
        };
        if (RetryRules.IsRetryableOverload(e))
        {
            return isAllowed;
        }
        if (CommandComposer.EndsTransaction(request))
        {
            return RetryRules.IsRetryableWrite(e);
        }
        return request.IsRetryable
            && !IsInTransaction
            && request.Kind switch
            {
                CommandKind.Read => isAllowed && RetryRules.IsRetryableRead(e),
                CommandKind.Write => _isRetryableWrite && RetryRules.IsRetryableWrite(e),
                _ => false,
            };
    }

    private void Avoid(bool isOverload)
    {
        if (
            _server is { } server
            && (
                isOverload
                    ? runner.Settings.OverloadRetargeting
                    : runner.Topology.Type == TopologyType.Sharded
            )
        )
        {
            _avoided.Add(server.Address);
        }
    }

    private static bool IsLabelled(BsonDocument reply, string label) =>
        reply.GetValueOrDefault("errorLabels") is { IsArray: true } labels
        && labels.AsArray.Any(l => l.IsString && l.AsString == label);
}
