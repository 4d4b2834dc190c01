using Weir.Pooling.Connections;
using Weir.Protocol.Bson;
using Weir.Sync.Leases;

namespace Weir.Sync.Writing;

/// <summary>The staging collection of a full copy: made like the live one, and put in its place at the end.</summary>
internal sealed class Staging(LeasedCollection live, IReadOnlyList<string> key)
{
    private const int NamespaceNotFound = 26;
    private const int NamespaceExists = 48;

    private string Prefix => $"weir.staging.{live.Name}.";

    public string NameFor(ObjectId run) => Prefix + run;

    /// <summary>Makes the collection with the live one's options and its unique indexes, which refuse single documents.</summary>
    public async ValueTask MakeAsync(string staging, CancellationToken cancellationToken)
    {
        var create = new BsonDocument { ["create"] = staging };
        var options = await OptionsAsync(cancellationToken);
        foreach (var option in options)
        {
            create[option.Name] = option.Value;
        }
        create["writeConcern"] = LeasedCollection.Majority;
        try
        {
            await live.RunAsync(create, cancellationToken);
        }
        catch (CommandException e) when (e.Code == NamespaceExists)
        {
            // An attempt whose answer was lost.
        }
        var unique = (await IndexesAsync(cancellationToken)).Where(i =>
            i.GetValueOrDefault("unique").ToBoolean()
        );
        await CreateIndexesAsync(staging, [.. unique], cancellationToken);
        await EnsureKeyAsync(staging, cancellationToken);
    }

    /// <summary>Gives the collection the rest of the live one's indexes, which are made faster over all documents at once.</summary>
    public async ValueTask CompleteIndexesAsync(string staging, CancellationToken cancellationToken)
    {
        var others = (await IndexesAsync(cancellationToken)).Where(i =>
            !i.GetValueOrDefault("unique").ToBoolean()
        );
        await CreateIndexesAsync(staging, [.. others], cancellationToken);
    }

    /// <summary>Puts it in the live one's place. Again: nothing happens.</summary>
    public async ValueTask SwapAsync(string staging, CancellationToken cancellationToken)
    {
        var rename = new BsonDocument
        {
            ["renameCollection"] = $"{live.Database}.{staging}",
            ["to"] = $"{live.Database}.{live.Name}",
            ["dropTarget"] = true,
            ["writeConcern"] = LeasedCollection.Majority,
        };
        try
        {
            await live.RunAsync(rename, cancellationToken, onAdmin: true);
        }
        catch (CommandException e) when (e.Code == NamespaceNotFound)
        {
            // It was done, and the answer or this process was lost.
        }
    }

    /// <summary>Drops what earlier runs left behind.</summary>
    /// <param name="keep">The staging collection of the run that goes on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask CleanAsync(string? keep, CancellationToken cancellationToken)
    {
        foreach (var name in await NamesAsync(cancellationToken))
        {
            if (name != keep)
            {
                await DropAsync(name, cancellationToken);
            }
        }
    }

    public async ValueTask<bool> ExistsAsync(string staging, CancellationToken cancellationToken)
    {
        await foreach (var _ in ListAsync(staging, cancellationToken))
        {
            return true;
        }
        return false;
    }

    public async ValueTask DropAsync(string staging, CancellationToken cancellationToken)
    {
        try
        {
            await live.RunAsync(
                new BsonDocument { ["drop"] = staging, ["writeConcern"] = LeasedCollection.Majority },
                cancellationToken
            );
        }
        catch (CommandException e) when (e.Code == NamespaceNotFound)
        {
            // It is gone.
        }
    }

    /// <summary>Makes sure that no two documents of a collection can have the same key.</summary>
    public async ValueTask EnsureKeyAsync(string collection, CancellationToken cancellationToken)
    {
        if (key is ["_id"])
        {
            return;
        }
        var fields = new BsonDocument(key.Select(k => new BsonElement(k, 1)));
        var index = new BsonDocument
        {
            ["key"] = fields,
            ["name"] = "weir_key",
            ["unique"] = true,
        };
        foreach (var other in await IndexesAsync(cancellationToken, collection))
        {
            if (other["key"].AsDocument.Equals(fields) && other.GetValueOrDefault("unique").ToBoolean())
            {
                return;
            }
        }
        await CreateIndexesAsync(collection, [index], cancellationToken);
    }

    private async ValueTask<List<string>> NamesAsync(CancellationToken cancellationToken)
    {
        var pattern = $"^{System.Text.RegularExpressions.Regex.Escape(Prefix)}[0-9a-f]{{24}}$";
        var names = new List<string>();
        await foreach (var collection in ListAsync(new BsonRegex(pattern, ""), cancellationToken))
        {
            names.Add(collection["name"].AsString);
        }
        return names;
    }

    private async ValueTask<BsonDocument> OptionsAsync(CancellationToken cancellationToken)
    {
        await foreach (var collection in ListAsync(live.Name, cancellationToken))
        {
            if (collection.GetValueOrDefault("type") is { IsString: true, AsString: not "collection" } type)
            {
                throw new Runs.SyncException(
                    $"{live.Database}.{live.Name} is a {type.AsString}: a full copy can only take a collection's place"
                );
            }
            return collection.GetValueOrDefault("options") is { IsDocument: true } options
                ? options.AsDocument
                : [];
        }
        return [];
    }

    private async IAsyncEnumerable<BsonDocument> ListAsync(
        BsonValue name,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var command = new BsonDocument
        {
            ["listCollections"] = 1,
            ["filter"] = new BsonDocument { ["name"] = name },
        };
        await using var cursor = await live.OpenAsync(command, null, null, cancellationToken);
        while (await cursor.NextAsync(cancellationToken) is { } collection)
        {
            yield return collection;
        }
    }

    /// <summary>The indexes beside that of <c>_id</c>; none where the collection is not there.</summary>
    private async ValueTask<List<BsonDocument>> IndexesAsync(
        CancellationToken cancellationToken,
        string? collection = null
    )
    {
        var indexes = new List<BsonDocument>();
        try
        {
            var command = new BsonDocument { ["listIndexes"] = collection ?? live.Name };
            await using var cursor = await live.OpenAsync(command, null, null, cancellationToken);
            while (await cursor.NextAsync(cancellationToken) is { } index)
            {
                if (index["name"] != "_id_")
                {
                    index.Remove("ns");
                    indexes.Add(index);
                }
            }
        }
        catch (CommandException e) when (e.Code == NamespaceNotFound)
        {
            // There is nothing to copy.
        }
        return indexes;
    }

    private async ValueTask CreateIndexesAsync(
        string collection,
        List<BsonDocument> indexes,
        CancellationToken cancellationToken
    )
    {
        if (indexes.Count == 0)
        {
            return;
        }
        await live.RunAsync(
            new BsonDocument
            {
                ["createIndexes"] = collection,
                ["indexes"] = new BsonArray(indexes.Select(i => (BsonValue)i)),
                ["writeConcern"] = LeasedCollection.Majority,
            },
            cancellationToken
        );
    }
}
