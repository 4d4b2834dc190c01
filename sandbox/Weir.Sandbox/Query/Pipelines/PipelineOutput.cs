using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Pipelines;

/// <summary>A last stage that writes the results to a collection.</summary>
internal abstract class PipelineOutput(string? database, string collection)
{
    protected const int BatchSize = 1000;

    protected string Collection => collection;

    public static PipelineOutput Parse(string name, BsonValue operand) =>
        name == "$out" ? OutOutput.Parse(operand) : MergeOutput.Parse(operand);

    /// <summary>Writes everything; <paramref name="current"/> is the database of the aggregation.</summary>
    public void Write(StoreSession session, string current, IEnumerable<BsonDocument> results) =>
        WriteTo(session, database ?? current, results);

    protected abstract void WriteTo(StoreSession session, string into, IEnumerable<BsonDocument> results);

    /// <summary>A collection name, or <c>{db, coll}</c>.</summary>
    protected static (string? Database, string Collection) Target(string stage, BsonValue target)
    {
        if (target.IsString)
        {
            return (null, target.AsString);
        }

        if (
            target.IsDocument
            && target.AsDocument.TryGetValue("coll", out var coll)
            && coll.IsString
            && target.AsDocument.Names.All(static name => name is "db" or "coll")
        )
        {
            var db = target.AsDocument.GetValueOrDefault("db");
            return (db.IsString ? db.AsString : null, coll.AsString);
        }

        throw new CommandError(
            16990,
            $"{stage} only supports a string or an object of 'db' and 'coll' as its target, not {ValueText.Of(target)}"
        );
    }
}
