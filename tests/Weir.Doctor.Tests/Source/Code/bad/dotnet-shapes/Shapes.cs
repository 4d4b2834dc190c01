using MongoDB.Driver;

namespace Shop;

/// <summary>new MongoClient("in a comment") and the like are no code.</summary>
public class Shapes
{
    private const string Text = "new MongoClient(uri)";
    private IMongoClient _shared;

    public IMongoCollection<Order> Orders =>
        new MongoClient("mongodb://db/?maxPoolSize=9").GetDatabase("shop").GetCollection<Order>("orders"); // finds: client-per-call

    public Task SaveAsync(Order order)
    {
        using var client = new MongoClient("mongodb://db/?maxPoolSize=9"); // finds: client-per-call, closed-under-work
        return client.GetDatabase("shop").GetCollection<Order>("orders").InsertOneAsync(order);
    }

    public async Task<long> CountAsync()
    {
        using (_shared) // finds: closed-under-work
        {
            return await _shared
                .GetDatabase("shop")
                .GetCollection<Order>("orders")
                .EstimatedDocumentCountAsync();
        }
    }

    public async Task ImportAsync(IEnumerable<Part> parts)
    {
        foreach (var part in parts)
        {
            MongoClient client = new("mongodb://db/?maxPoolSize=9"); // finds: client-per-call
            await client.GetDatabase("shop").GetCollection<Part>("parts").InsertOneAsync(part);
        }
    }

    public async Task AllAsync(IEnumerable<string> names)
    {
        await Parallel.ForEachAsync(
            names,
            async (name, token) =>
            {
                var client = new MongoClient("mongodb://db/?maxPoolSize=9"); // finds: client-per-call
                await client.DropDatabaseAsync(name, token);
            }
        );
    }

    public void Deep(string uri)
    {
        var settings = new MongoClientSettings { ApplicationName = "shop" };
        if (uri.Length > 0)
        {
            var database = new MongoClient(settings).GetDatabase("shop"); // finds: client-per-call, no-pool-limit
            database.DropCollection("orders");
        }
    }
}
