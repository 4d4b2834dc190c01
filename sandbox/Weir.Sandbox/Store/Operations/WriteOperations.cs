using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Store.Catalog;
using Weir.Sandbox.Store.Reading;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Store.Operations;

/// <summary>insert, update, delete and findAndModify of one session.</summary>
internal sealed class WriteOperations(DocumentStore store, Transaction? transaction)
{
    private const int MaxBatch = 100_000;

    private readonly StatementRunner runner = new(store, transaction);

    public InsertResult Insert(
        string database,
        string name,
        IReadOnlyList<BsonDocument> documents,
        bool ordered
    )
    {
        Namespaces.RequireCollection(database, name);
        RequireBatch(documents.Count);
        var prepared = documents.Select(static document => NewDocument.Prepare(document)).ToList();
        var errors = new List<WriteError>();
        var inserted = runner.Run(writer =>
        {
            var collection = runner.Require_NeedsGate(database, name, writer);
            var count = 0;
            for (var i = 0; i < prepared.Count; i++)
            {
                try
                {
                    prepared[i].InsertInto(collection, writer);
                    count++;
                }
                catch (CommandError error) when (transaction is null)
                {
                    errors.Add(new WriteError(i, error));
                    if (ordered)
                    {
                        break;
                    }
                }
            }

            return count;
        });
        runner.Run(writer =>
        {
            runner.Find_NeedsGate(database, name)?.Trim(writer);
            return true;
        });
        return new InsertResult(inserted, errors);
    }

    public UpdateResult Update(
        string database,
        string name,
        IReadOnlyList<UpdateStatement> statements,
        bool ordered
    )
    {
        Namespaces.RequireCollection(database, name);
        RequireBatch(statements.Count);
        long matched = 0;
        long modified = 0;
        var upserted = new List<Upsert>();
        var errors = RunAll(
            statements,
            ordered,
            (i, statement) =>
            {
                var outcome = new UpdateOperation(runner, database, name, statement).Run();
                matched += outcome.Matched;
                modified += outcome.Modified;
                if (outcome.Upserted is { } id)
                {
                    upserted.Add(new Upsert(i, id));
                }
            }
        );
        return new UpdateResult(matched, modified, upserted, errors);
    }

    public DeleteResult Delete(
        string database,
        string name,
        IReadOnlyList<DeleteStatement> statements,
        bool ordered
    )
    {
        Namespaces.RequireCollection(database, name);
        RequireBatch(statements.Count);
        long deleted = 0;
        var errors = RunAll(
            statements,
            ordered,
            (_, statement) => deleted += Delete(database, name, statement)
        );
        return new DeleteResult(deleted, errors);
    }

    public FindAndModifyResult FindAndModify(string database, string name, FindAndModifySpec specification)
    {
        Namespaces.RequireCollection(database, name);
        return new FindAndModifyOperation(runner, database, name, specification).Run();
    }

    private static void RequireBatch(int count)
    {
        if (count is 0 or > MaxBatch)
        {
            throw new CommandError(
                ErrorCodes.InvalidLength,
                $"Write batch sizes must be between 1 and {MaxBatch}. Got {count} operations."
            );
        }
    }

    private long Delete(string database, string name, DeleteStatement statement)
    {
        Collations.RequireSimple(statement.Collation);
        var matcher = new DocumentMatcher(
            FilterParser.Parse(statement.Filter, runner.Context(statement.Let))
        );
        return runner.Run(writer =>
        {
            if (runner.Find_NeedsGate(database, name) is not { } collection)
            {
                return 0L;
            }

            QueryPlan.RequireHint(collection, statement.Hint);
            runner.RequireWritable(collection);
            long count = 0;
            foreach (var candidate in QueryPlan.Matches_NeedsGate(collection, writer, matcher))
            {
                collection.Delete(writer, candidate);
                count++;
                if (statement.Single)
                {
                    break;
                }
            }

            return count;
        });
    }

    // Within a transaction every failure ends the command: the transaction is lost anyway.
    private List<WriteError> RunAll<T>(IReadOnlyList<T> statements, bool ordered, Action<int, T> run)
    {
        var errors = new List<WriteError>();
        for (var i = 0; i < statements.Count; i++)
        {
            try
            {
                run(i, statements[i]);
            }
            catch (CommandError error) when (transaction is null)
            {
                errors.Add(new WriteError(i, error));
                if (ordered)
                {
                    break;
                }
            }
        }

        return errors;
    }
}
