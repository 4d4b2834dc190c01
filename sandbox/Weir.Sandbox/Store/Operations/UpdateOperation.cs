using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Query.Sorting;
using Weir.Sandbox.Query.Updates;
using Weir.Sandbox.Store.Catalog;
using Weir.Sandbox.Store.Reading;
using Weir.Sandbox.Store.Records;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Store.Operations;

/// <summary>One update statement, read once and then run.</summary>
internal sealed class UpdateOperation
{
    private readonly StatementRunner runner;
    private readonly string database;
    private readonly string name;
    private readonly UpdateStatement statement;
    private readonly DocumentMatcher matcher;
    private readonly SortOrder? sort;
    private readonly DocumentChanger changer;

    public UpdateOperation(StatementRunner runner, string database, string name, UpdateStatement statement)
    {
        (this.runner, this.database, this.name, this.statement) = (runner, database, name, statement);
        Collations.RequireSimple(statement.Collation);
        var context = runner.Context(statement.Let);
        matcher = new DocumentMatcher(FilterParser.Parse(statement.Filter, context));
        sort = SortOrder.Parse(statement.Sort);
        var update = UpdateParser.Parse(statement.Update, statement.ArrayFilters, context);
        if (statement.Multi && update is Replacement)
        {
            throw CommandError.FailedToParse("multi update is not supported for replacement-style update");
        }

        if (statement.Multi && sort is not null)
        {
            throw CommandError.FailedToParse("Cannot specify sort with multi=true");
        }

        changer = new DocumentChanger(matcher.Filter, update);
    }

    public UpdateOutcome Run() => runner.Run(Run);

    private UpdateOutcome Run(Transaction writer)
    {
        var collection = runner.Find_NeedsGate(database, name);
        QueryPlan.RequireHint(collection, statement.Hint);
        long matched = 0;
        long modified = 0;
        if (collection is not null)
        {
            runner.RequireWritable(collection);
            foreach (var candidate in Targets(collection, writer))
            {
                matched++;
                if (changer.Change(collection, writer, candidate) is not null)
                {
                    modified++;
                }

                if (!statement.Multi)
                {
                    break;
                }
            }
        }

        if (matched > 0 || !statement.Upsert)
        {
            return new UpdateOutcome(matched, modified, null);
        }

        collection = runner.Require_NeedsGate(database, name, writer);
        var made = changer.Upsert(collection, writer);
        return new UpdateOutcome(0, 0, made["_id"]);
    }

    private IEnumerable<Candidate> Targets(Collection collection, Transaction writer)
    {
        var matches = QueryPlan.Matches_NeedsGate(collection, writer, matcher);
        return sort is null ? matches : FirstInOrder.Of(matches, sort);
    }
}
