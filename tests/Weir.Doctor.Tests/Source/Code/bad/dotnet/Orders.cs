using MongoDB.Driver;

namespace Shop;

public class Orders
{
    public async Task<Order> FindAsync(string id)
    {
        var client = new MongoClient("mongodb://db"); // finds: client-per-call, no-pool-limit
        return await client
            .GetDatabase("shop")
            .GetCollection<Order>("orders")
            .Find(order => order.Id == id)
            .FirstAsync();
    }

    private static IMongoDatabase Open()
    {
        var client = new MongoClient("mongodb://db/?maxPoolSize=10");
        return client.GetDatabase("shop");
    }

    public async Task<long> CountAsync()
    {
        var database = Open(); // finds: client-per-call
        return await database.GetCollection<Order>("orders").EstimatedDocumentCountAsync();
    }
}
