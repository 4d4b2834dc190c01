using MongoDB.Driver;

namespace Shop;

#if NET
public sealed partial class Store
{
    public IMongoDatabase Open(string uri)
    {
        _client ??= new MongoClient(uri + "?maxPoolSize=9");
        return _database ??= _client.GetDatabase("shop");
    }

    public void Reopen(string uri)
    {
        var client = new MongoClient(uri + "?maxPoolSize=9");
        (_client, _database) = (client, client.GetDatabase("shop"));
    }
}
#endif
