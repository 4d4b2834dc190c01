using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Query.Projections;
using Weir.Sandbox.Query.Sorting;
using Weir.Sandbox.Query.Updates;
using Weir.Sandbox.Store.Catalog;
using Weir.Sandbox.Store.Reading;
using Weir.Sandbox.Store.Records;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Store.Operations;

/// <summary>One findAndModify, read once and then run.</summary>
internal sealed class FindAndModifyOperation
{
    private readonly StatementRunner runner;
    private readonly string database;
    private readonly string name;
    private readonly FindAndModifySpec specification;
    private readonly DocumentMatcher matcher;
    private readonly SortOrder? sort;
    private readonly Projection? projection;
    private readonly DocumentChanger? changer;

    public FindAndModifyOperation(
        StatementRunner runner,
        string database,
        string name,
        FindAndModifySpec specification
    )
    {
        (this.runner, this.database, this.name, this.specification) = (runner, database, name, specification);
        RequireSense(specification);
        Collations.RequireSimple(specification.Collation);
        var context = runner.Context(specification.Let);
        matcher = new DocumentMatcher(FilterParser.Parse(specification.Filter, context));
        sort = SortOrder.Parse(specification.Sort);
        projection = ProjectionParser.ForFind(specification.Projection, matcher.Filter, context);
        changer = specification.Remove
            ? null
            : new DocumentChanger(
                matcher.Filter,
                UpdateParser.Parse(specification.Update, specification.ArrayFilters, context)
            );
    }

    public FindAndModifyResult Run() => runner.Run(Run);

    private static void RequireSense(FindAndModifySpec specification)
    {
        if (specification.Remove)
        {
            if (!specification.Update.IsNull)
            {
                throw CommandError.FailedToParse("Cannot specify both an update and remove=true");
            }

            if (specification.Upsert)
            {
                throw CommandError.FailedToParse("Cannot specify both upsert=true and remove=true");
            }

            if (specification.New)
            {
                throw CommandError.FailedToParse(
                    "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document"
                );
            }
        }
        else if (specification.Update.IsNull)
        {
            throw CommandError.FailedToParse("Either an update or remove=true must be specified");
        }
    }

    private FindAndModifyResult Run(Transaction writer)
    {
        var collection = runner.Find_NeedsGate(database, name);
        QueryPlan.RequireHint(collection, specification.Hint);
        if (collection is not null)
        {
            runner.RequireWritable(collection);
            var matches = QueryPlan.Matches_NeedsGate(collection, writer, matcher);
            if (sort is not null)
            {
                matches = FirstInOrder.Of(matches, sort);
            }

            foreach (var candidate in matches)
            {
                return Modify(collection, writer, candidate);
            }
        }

        if (!specification.Upsert)
        {
            return new FindAndModifyResult(null, 0, false, null);
        }

        var made = changer!.Upsert(runner.Require_NeedsGate(database, name, writer), writer);
        return new FindAndModifyResult(specification.New ? Show(made) : null, 1, false, made["_id"]);
    }

    private FindAndModifyResult Modify(Collection collection, Transaction writer, Candidate candidate)
    {
        var before = BsonDocument.Parse(candidate.Bytes);
        if (changer is null)
        {
            collection.Delete(writer, candidate);
            return new FindAndModifyResult(Show(before), 1, false, null);
        }

        var after = changer.Change(collection, writer, candidate) ?? before;
        return new FindAndModifyResult(Show(specification.New ? after : before), 1, true, null);
    }

    private BsonDocument Show(BsonDocument document) =>
        projection is null ? document : projection.Apply(document);
}
