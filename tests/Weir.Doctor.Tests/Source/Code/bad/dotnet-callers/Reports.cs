using MongoDB.Driver;

namespace Shop;

public class Connections
{
    public IMongoDatabase Open()
    {
        var client = new MongoClient("mongodb://db/?maxPoolSize=9");
        return client.GetDatabase("shop");
    }

    public static MongoClient Create() => new("mongodb://db/?maxPoolSize=9");
}

public class Reports(Connections connections)
{
    private readonly Files _files = new();

    public async Task<long> CountAsync()
    {
        using var file = _files.Open();
        return await connections.Open().GetCollection<Order>("orders").EstimatedDocumentCountAsync(); // finds: client-per-call
    }

    public void Drop(string name)
    {
        var key = OrderKey.Create(name);
        Connections.Create().DropDatabase(key.Text); // finds: client-per-call
    }
}
