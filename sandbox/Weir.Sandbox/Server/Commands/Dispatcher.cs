using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>Takes a request from its bytes' meaning to its answer: checks, fail points, latency, session, command, gossip.</summary>
internal sealed class Dispatcher(MemberServer member)
{
    private const int ClientDisconnect = 279;

    /// <summary>The answer, or null when the connection is to be closed without one.</summary>
    public async ValueTask<Reply?> RunAsync(Operation operation)
    {
        var request = operation.Request;
        if (request.Refusal is { } refusal)
        {
            return Finish(Failure(null, refusal, null));
        }

        member.CountCommand(request.Name);
        if (CommandTable.Find(request.Name) is not { } definition)
        {
            member.OpCounters.Add(OpCounter.Command);
            return Finish(
                Failure(
                    null,
                    new CommandError(59, "CommandNotFound", $"no such command: '{request.Name}'"),
                    null
                )
            );
        }

        member.OpCounters.Add(definition.Counter);
        var context = new CommandContext(operation, definition);
        try
        {
            return await RunAsync(context);
        }
        catch (CommandError error) when (error.Code == ClientDisconnect)
        {
            return null;
        }
        catch (CommandError error)
        {
            return Finish(Failure(context, error, null));
        }
    }

    private async ValueTask<Reply?> RunAsync(CommandContext context)
    {
        MarkTransaction(context);
        RequestChecks.Api(context);
        HelloCommand.Introduce(context);
        RequestChecks.Authentication(context);
        SessionGate.Identify(context);
        context.Operation.Limit = LimitOf(context);
        var effect = FailPointOf(context);
        if (effect is not null)
        {
            context.Operation.EndsWithPrimary = context.Definition.Has(CommandTraits.Writes);
            await context.Operation.DelayAsync(effect.Block);
            if (effect.CloseConnection)
            {
                return null;
            }

            if (effect.ErrorCode is { } code)
            {
                var error = ServerErrors.Make(
                    code,
                    $"Failing command via 'failCommand' failpoint: {context.Request.Name}"
                );
                return Finish(Failure(context, error, effect.ErrorLabels));
            }
        }

        RequestChecks.Fields(context);
        if (!context.Definition.Has(CommandTraits.Handshake))
        {
            RequestChecks.Role(context);
            context.Operation.EndsWithPrimary |= context.Definition.Has(CommandTraits.Writes);
            await context.Operation.DelayAsync(LatencyOf(context));
        }

        return Finish(await RunInSessionAsync(context, effect));
    }

    private static async ValueTask<Reply> RunInSessionAsync(CommandContext context, FailCommandEffect? effect)
    {
        try
        {
            RequestChecks.ClusterTime(context);
            RequestChecks.Role(context);
            await SessionGate.EnterAsync(context);
            RequestChecks.Concerns(context);
            await context.Operation.DelayAsync(SleepScript.DurationOf(context.Body));
            context.Operation.ThrowIfInterrupted();
            var reply = await RunCommandAsync(context);
            await AddWriteConcernErrorAsync(context, reply, effect);
            return reply;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            SessionGate.Fail(context);
            if (exception is CommandError)
            {
                throw;
            }

            throw Translate(exception);
        }
        finally
        {
            SessionGate.Leave(context);
        }
    }

    /// <summary>A command on the catalog that an open transaction stands in the way of runs again when that may be over.</summary>
    private static async ValueTask<Reply> RunCommandAsync(CommandContext context)
    {
        while (true)
        {
            var ended = context.Deployment.Store.TransactionEnded;
            try
            {
                return await context.Definition.Run(context);
            }
            catch (CommandError error)
                when (error.IsWriteConflict
                    && context.Transaction is null
                    && context.Definition.Has(CommandTraits.Writes)
                    && !context.Definition.Has(CommandTraits.Retryable)
                )
            {
                await context.Operation.WaitAsync(ended, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private static CommandError Translate(Exception exception) =>
        exception switch
        {
            NotSupportedException => CommandError.NotHere($"this: {exception.Message}"),
            InvalidCastException => CommandError.TypeMismatch(exception.Message),
            OverflowException => CommandError.BadValue(exception.Message),
            FormatException => new CommandError(22, "InvalidBSON", exception.Message),
            _ => new CommandError(1, "InternalError", $"The sandbox failed: {exception}"),
        };

    private static async ValueTask AddWriteConcernErrorAsync(
        CommandContext context,
        Reply reply,
        FailCommandEffect? effect
    )
    {
        var writes = context.Definition.Has(
            CommandTraits.Writes | CommandTraits.TakesWriteConcern | CommandTraits.EndsTransaction
        );
        var ends = context.Definition.Has(CommandTraits.EndsTransaction);
        if (!writes || reply.IsError || (context.IsInTransaction && !ends))
        {
            return;
        }

        var failure =
            effect?.WriteConcernError?.Clone()
            ?? await context.WriteConcern.WaitAsync(context.Operation, context.Deployment.ReplicaSet);
        if (failure is null)
        {
            return;
        }

        reply.Body["writeConcernError"] = failure;
        var code = failure.GetValueOrDefault("code") is { IsNumber: true } number ? number.ToInt32() : 0;
        var labels = effect?.ErrorLabels is { } given
            ? [.. given.Select(label => (BsonValue)label)]
            : ErrorLabels.For(context, code, isWriteConcernError: true);
        if (labels.Count > 0)
        {
            reply.Body["errorLabels"] = labels;
        }
    }

    private static FailCommandEffect? FailPointOf(CommandContext context)
    {
        if (context.Definition.Name == "configureFailPoint")
        {
            return null;
        }

        var points = context.Member.FailPoints;
        var first = context.Body[0].Value;
        var @namespace = first.IsString ? $"{context.Database}.{first.AsString}" : context.Database;
        return points.Hit(context.Definition, context.Connection.AppName, @namespace);
    }

    /// <summary>A command that fails before its session was entered still has the labels of where it wanted to run.</summary>
    private static void MarkTransaction(CommandContext context)
    {
        var number = context.Arguments.Raw("txnNumber");
        if (number.IsNumber && context.Deployment.ReplicaSet is not null)
        {
            context.TransactionNumber = number.ToInt64();
            context.IsInTransaction = context.Arguments.Has("autocommit");
        }
    }

    private static TimeSpan LatencyOf(CommandContext context)
    {
        var options = context.Deployment.Options;
        return options.LatencyOf?.Invoke(context.Definition.Name) ?? options.Latency;
    }

    /// <summary>maxTimeMS; for a getMore it is the cursor's to say what it means.</summary>
    private static TimeSpan? LimitOf(CommandContext context) =>
        context.Definition.Name == "getMore" ? null : context.Arguments.Milliseconds("maxTimeMS");

    private static BsonDocument Failure(
        CommandContext? context,
        CommandError error,
        IReadOnlyList<string>? labels
    )
    {
        var reply = new BsonDocument
        {
            ["ok"] = 0.0,
            ["errmsg"] = error.Message,
            ["code"] = error.Code,
            ["codeName"] = error.CodeName,
        };
        foreach (var element in error.Extra ?? [])
        {
            reply[element.Name] = element.Value;
        }

        if (context is null)
        {
            return reply;
        }

        var own = labels is null
            ? ErrorLabels.For(context, error.Code, isWriteConcernError: false)
            : [.. labels.Select(label => (BsonValue)label)];
        if (own.Count > 0)
        {
            reply["errorLabels"] = own;
        }

        if (ErrorLabels.CarriesTopologyVersion(error.Code) && context.Deployment.ReplicaSet is not null)
        {
            reply["topologyVersion"] = context.Member.Hello.TopologyVersion;
        }

        return reply;
    }

    /// <summary>What every reply ends with.</summary>
    private Reply Finish(Reply reply)
    {
        var deployment = member.Deployment;
        if (!reply.Body.Contains("ok"))
        {
            reply.Body["ok"] = 1.0;
        }

        if (deployment.ReplicaSet is not null)
        {
            var now = deployment.Clock.Current;
            reply.Body["$clusterTime"] = new BsonDocument
            {
                ["clusterTime"] = now,
                ["signature"] = new BsonDocument { ["hash"] = new byte[20], ["keyId"] = 0L },
            };
            reply.Body["operationTime"] = now;
        }

        return reply;
    }
}
