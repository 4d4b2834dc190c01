using MongoDB.Driver;

namespace Shop;

public sealed partial class Store
{
    private IMongoClient? _client;
    private IMongoDatabase? _database;
}
