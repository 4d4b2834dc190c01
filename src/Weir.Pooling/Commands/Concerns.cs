using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>What a connection string says of how operations read and write, added to those of the everyday API.</summary>
/// <remarks>A transaction has its own: what is written in it carries none, as the specification wants it.</remarks>
internal static class Concerns
{
    public static void AddWriteConcern(
        this CommandRunner runner,
        BsonDocument command,
        CommandSession? session
    )
    {
        if (
            session is not { IsInTransaction: true }
            && runner.ConnectionString.WriteConcern.ToDocument() is { Count: > 0 } concern
        )
        {
            command["writeConcern"] = concern;
        }
    }

    public static void AddReadConcern(
        this CommandRunner runner,
        BsonDocument command,
        CommandSession? session
    )
    {
        if (
            session is not { IsInTransaction: true }
            && runner.ConnectionString.ReadConcern.ToDocument() is { Count: > 0 } concern
        )
        {
            command["readConcern"] = concern;
        }
    }

    /// <summary>Where a read may run: as the caller says, else as the connection string does.</summary>
    public static ReadPreference? ReadPreferenceOf(
        this CommandRunner runner,
        ReadPreference? preference,
        CommandSession? session
    ) =>
        session is { IsInTransaction: true }
            ? session.TransactionOptions.ReadPreference
            : preference ?? runner.ReadPreference;

    /// <summary>The connection string's read preference; <see langword="null"/>: it says nothing.</summary>
    /// <exception cref="InvalidReadPreferenceException">It contradicts itself.</exception>
    public static ReadPreference? From(ConnectionString connectionString)
    {
        if (connectionString.ReadPreference is not { } mode)
        {
            return null;
        }
        var document = new BsonDocument { ["mode"] = mode };
        if (connectionString.ReadPreferenceTags is { Count: > 0 } sets)
        {
            document["tags"] = new BsonArray(sets.Select(static set => (BsonValue)ToBson(set)));
        }
        if (connectionString.MaxStalenessSeconds is > 0 and var seconds)
        {
            document["maxStalenessSeconds"] = seconds;
        }
        return ReadPreferenceParser.Parse(document);
    }

    private static BsonDocument ToBson(IReadOnlyDictionary<string, string> tags) =>
        new(tags.Select(static tag => new BsonElement(tag.Key, tag.Value)));
}
