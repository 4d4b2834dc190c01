using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Query.Pipelines;
using Weir.Sandbox.Query.Projections;
using Weir.Sandbox.Query.Sorting;
using Weir.Sandbox.Store.Catalog;
using Weir.Sandbox.Store.Reading;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Store.Operations;

/// <summary>find, aggregate, count and distinct of one session.</summary>
internal sealed class ReadOperations(DocumentStore store, Transaction? transaction)
{
    private readonly StatementRunner runner = new(store, transaction);

    public DocumentCursor Find(string database, string name, FindSpec specification)
    {
        Namespaces.RequireDatabase(database);
        Collations.RequireSimple(specification.Collation);
        RequireNotNegative("skip", specification.Skip);
        RequireNotNegative("limit", specification.Limit);
        var context = runner.Context(specification.Let);
        var filter = FilterParser.Parse(specification.Filter, context);
        var sort = SortOrder.Parse(specification.Sort);
        var projection = ProjectionParser.ForFind(specification.Projection, filter, context);
        var collection = Look(database, name, specification.Hint);
        if (specification.Tailable && collection is not null && collection.Capped is null)
        {
            throw CommandError.BadValue(
                $"error processing query: ns={database}.{name} tailable cursor requested on non capped collection"
            );
        }

        if (specification.Tailable && sort is not null)
        {
            throw CommandError.BadValue("cannot use tailable option with a sort other than {$natural: 1}");
        }

        var source = collection is null
            ? ListSource.Empty
            : QueryPlan.Open(
                store,
                collection,
                transaction,
                filter,
                sort,
                specification.Limit == 0 ? 0 : specification.Limit + specification.Skip,
                specification.Tailable
            );
        return new FindCursor(source, projection, specification.Skip, specification.Limit);
    }

    public DocumentCursor Aggregate(string database, string name, AggregateSpec specification)
    {
        Namespaces.RequireDatabase(database);
        Collations.RequireSimple(specification.Collation);
        var context = Context(database, specification.Let);
        var pipeline = Pipeline.Parse(specification.Pipeline, context);
        var collection = Look(database, name, specification.Hint);
        var source = collection is null ? [] : Documents(collection, pipeline.LeadingFilter);
        return Run(database, pipeline, source);
    }

    public DocumentCursor Aggregate(
        string database,
        IEnumerable<BsonDocument> source,
        AggregateSpec specification
    )
    {
        Collations.RequireSimple(specification.Collation);
        var pipeline = Pipeline.Parse(specification.Pipeline, Context(database, specification.Let));
        return Run(database, pipeline, source);
    }

    public long Count(string database, string name, CountSpec specification)
    {
        Namespaces.RequireDatabase(database);
        Collations.RequireSimple(specification.Collation);
        RequireNotNegative("skip", specification.Skip);
        var filter = FilterParser.Parse(specification.Filter, runner.Context());
        if (Look(database, name, specification.Hint) is not { } collection)
        {
            return 0;
        }

        var limit = specification.Limit == 0 ? long.MaxValue : Math.Abs(specification.Limit);
        long count = 0;
        if (transaction is null && new DocumentMatcher(filter).IsEverything)
        {
            count = CountAll(database, name);
        }
        else
        {
            var source = QueryPlan.Open(store, collection, transaction, filter, null, 0, false);
            while (source.TryRead(out _))
            {
                count++;
            }
        }

        return Math.Min(Math.Max(count - specification.Skip, 0), limit);
    }

    public long CountAll(string database, string name)
    {
        lock (store.Gate)
        {
            return runner.Find_NeedsGate(database, name)?.Count ?? 0;
        }
    }

    public BsonArray Distinct(
        string database,
        string name,
        string key,
        BsonDocument filter,
        BsonDocument? collation
    )
    {
        Namespaces.RequireDatabase(database);
        Collations.RequireSimple(collation);
        var parsed = FilterParser.Parse(filter, runner.Context());
        var path = FieldPath.Parse(key);
        var part = new PartialDocument([path.Root]);
        var seen = new HashSet<BsonValue>(BsonOrder.Instance);
        var values = new BsonArray();
        if (Look(database, name, BsonValue.Null) is { } collection)
        {
            var source = QueryPlan.Open(store, collection, transaction, parsed, null, 0, false);
            while (source.TryRead(out var bytes))
            {
                foreach (var value in PathValues.Of(part.Read(bytes), path))
                {
                    if (seen.Add(value))
                    {
                        values.Add(value);
                    }
                }
            }
        }

        return values;
    }

    private static void RequireNotNegative(string name, long value)
    {
        if (value < 0)
        {
            throw new CommandError(51024, $"BSON field '{name}' value must be >= 0, actual value '{value}'");
        }
    }

    private Collection? Look(string database, string name, BsonValue hint)
    {
        lock (store.Gate)
        {
            transaction?.RequireOpen();
            var collection = runner.Find_NeedsGate(database, name);
            QueryPlan.RequireHint(collection, hint);
            return collection;
        }
    }

    private QueryContext Context(string database, BsonDocument? let) =>
        runner
            .Context(let)
            .Reading(name =>
                Look(database, name, BsonValue.Null) is { } collection ? Documents(collection, null) : []
            );

    private IEnumerable<BsonDocument> Documents(Collection collection, Filter? filter)
    {
        var source = QueryPlan.Open(
            store,
            collection,
            transaction,
            filter ?? AndFilter.Everything,
            null,
            0,
            false
        );
        while (source.TryRead(out var bytes))
        {
            yield return BsonDocument.Parse(bytes);
        }
    }

    private PipelineCursor Run(string database, Pipeline pipeline, IEnumerable<BsonDocument> source)
    {
        var results = pipeline.Run(source);
        if (pipeline.Output is not { } output)
        {
            return new PipelineCursor(results);
        }

        if (transaction is not null)
        {
            throw new CommandError(
                ErrorCodes.OperationNotSupportedInTransaction,
                "Operation not permitted in transaction :: caused by :: Aggregation stage $out or $merge cannot run within a multi-document transaction."
            );
        }

        output.Write(store.Session, database, results);
        return new PipelineCursor([]);
    }
}
