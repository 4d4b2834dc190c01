using System.Net;
using Weir.Protocol.Bson;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Errors;

namespace Weir.Proxy.Administration;

/// <summary>
/// The database that is not on any server: <c>db.getSiblingDB("weir").pools.find()</c>. Its collections are the
/// tables of the <see cref="AdminDesk"/>, its commands the actions. Thread-safe.
/// </summary>
internal sealed class AdminDatabase(AdminDesk desk)
{
    /// <summary>Its name, unless a listener's settings say otherwise.</summary>
    public const string DefaultName = "weir";

    /// <summary>The longest reply, so that every driver takes it.</summary>
    private const int MostBytes = 15 * 1024 * 1024;

    /// <summary>
    /// Whether a client may see and do everything: a user with the admin role, or whoever did not have to log in on a
    /// listener that only this machine can reach. Who has to log in and has not is refused before it comes to this.
    /// </summary>
    public static bool Admits(Identity identity, EndPoint listener) =>
        identity.Role == UserRole.Admin
        || (identity.IsAnonymous && (listener is not IPEndPoint ip || IPAddress.IsLoopback(ip.Address)));

    /// <summary>The answer to a command; every failure is one too.</summary>
    public async Task<BsonDocument> AnswerAsync(BsonDocument command, CancellationToken cancellationToken)
    {
        BsonElement first = command[0];
        try
        {
            return first.Name switch
            {
                "find" => Find(command),
                "count" => Count(command),
                "aggregate" => Aggregate(command),
                "listCollections" => ListCollections(),
                "ping" => new BsonDocument("ok", 1.0),
                _ when desk.FindAction(first.Name) is { } action => await RunAsync(
                    action,
                    first.Value,
                    cancellationToken
                ),
                _ => NotFound(first.Name),
            };
        }
        catch (FormatException e)
        {
            return new WeirError(ErrorCode.BadValue, e.Message).ToDocument();
        }
        catch (AdminActionException e)
        {
            return new WeirError(ErrorCode.IllegalOperation, e.Message).ToDocument();
        }
    }

    private static async Task<BsonDocument> RunAsync(
        AdminAction action,
        BsonValue value,
        CancellationToken cancellationToken
    )
    {
        BsonDocument reply = await action.RunAsync(
            value.IsString ? value.AsString : value.ToString(),
            cancellationToken
        );
        reply["ok"] = 1.0;
        return reply;
    }

    private BsonDocument Find(BsonDocument command)
    {
        string name = Name(command);
        if (command.GetValueOrDefault("projection") is { IsDocument: true, AsDocument.Count: > 0 })
            throw new FormatException("projections are not understood here");
        IEnumerable<BsonDocument> rows = Select(name, Document(command, "filter"), Document(command, "sort"));
        if (command.GetValueOrDefault("skip") is { IsNumber: true } skip)
            rows = rows.Skip(skip.ToInt32());
        if (command.GetValueOrDefault("limit") is { IsNumber: true } limit && limit.ToInt64() != 0)
            rows = rows.Take((int)Math.Abs(Math.Clamp(limit.ToInt64(), -int.MaxValue, int.MaxValue)));
        return Cursor(name, rows);
    }

    private BsonDocument Count(BsonDocument command) =>
        new() { ["n"] = Select(Name(command), Document(command, "query"), []).Count(), ["ok"] = 1.0 };

    /// <summary>What drivers make of countDocuments(): a $match and a $group that counts.</summary>
    private BsonDocument Aggregate(BsonDocument command)
    {
        string name = Name(command);
        BsonDocument filter = [];
        bool counts = false;
        foreach (BsonValue stage in command.GetValueOrDefault("pipeline").AsArray)
        {
            switch (stage.AsDocument[0])
            {
                case { Name: "$match", Value: { IsDocument: true } match } when !counts:
                    filter = match.AsDocument;
                    break;
                case { Name: "$group", Value: { IsDocument: true } group }
                    when !counts
                        && group.AsDocument is [{ Name: "_id" }, { Name: "n", Value.IsDocument: true }]:
                    counts = true;
                    break;
                default:
                    throw new FormatException("aggregations are not understood here; find() and count are");
            }
        }
        IEnumerable<BsonDocument> rows = Select(name, filter, []);
        return Cursor(name, counts ? [new BsonDocument { ["_id"] = 1, ["n"] = rows.Count() }] : rows);
    }

    private BsonDocument ListCollections() =>
        Cursor(
            "$cmd.listCollections",
            desk.Tables.Select(table => new BsonDocument
            {
                ["name"] = table.Name,
                ["type"] = "view",
                ["options"] = new BsonDocument(),
                ["info"] = new BsonDocument { ["readOnly"] = true, ["description"] = table.Description },
            })
        );

    private IEnumerable<BsonDocument> Select(string name, BsonDocument filter, BsonDocument sort) =>
        desk.FindTable(name) is { } table
            ? RowSelection.Parse(filter, sort).Run(table.Rows())
            // As with any collection that is not there.
            : [];

    private static BsonDocument Cursor(string name, IEnumerable<BsonDocument> rows)
    {
        var batch = new BsonArray();
        int bytes = 0;
        foreach (BsonDocument row in rows)
        {
            bytes += row.ToBytes().Length;
            if (bytes > MostBytes)
                throw new FormatException("the rows are more than fit into a reply: add a filter or a limit");
            batch.Add(row);
        }
        return new BsonDocument
        {
            ["cursor"] = new BsonDocument
            {
                ["firstBatch"] = batch,
                ["id"] = 0L,
                ["ns"] = $"{DefaultName}.{name}",
            },
            ["ok"] = 1.0,
        };
    }

    private BsonDocument NotFound(string command) =>
        new WeirError(
            ErrorCode.CommandNotFound,
            $"the database weir has no command {command}; it has find, count, listCollections, ping, "
                + string.Join(", ", desk.Actions.Select(a => a.Name))
        ).ToDocument();

    private static string Name(BsonDocument command) =>
        command[0].Value is { IsString: true } name
            ? name.AsString
            : throw new FormatException("the collection's name must be text");

    private static BsonDocument Document(BsonDocument command, string name) =>
        command.GetValueOrDefault(name) is { IsDocument: true } document ? document.AsDocument : [];
}
