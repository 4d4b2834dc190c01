using MongoDB.Driver;

namespace Shop;

public class Context
{
    private static readonly Lazy<MongoClient> Shared = new(() =>
        new MongoClient("mongodb://db/?maxPoolSize=10")
    );

    private readonly IMongoDatabase _database;
    private MongoClient? _client;

    public Context(string uri)
    {
        var client = new MongoClient(uri + "?maxPoolSize=10");
        _database = client.GetDatabase("shop");
    }

    public MongoClient Client => _client ??= new MongoClient("mongodb://db/?maxPoolSize=10");

    public static IMongoDatabase Database => Shared.Value.GetDatabase("shop");
}
