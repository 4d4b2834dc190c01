using MongoDB.Driver;

// A seed: top-level statements, once.
using var client = new MongoClient("mongodb://db/?maxPoolSize=9");
var database = client.GetDatabase("shop");
foreach (var name in args)
{
    await database.DropCollectionAsync(name);
}

var other = await ConnectAsync();
await RunAsync(other);

static async Task<IMongoDatabase> ConnectAsync()
{
    while (true)
    {
        try
        {
            var client = new MongoClient("mongodb://db/?maxPoolSize=9");
            await client.ListDatabaseNamesAsync();
            return client.GetDatabase("shop");
        }
        catch (MongoException)
        {
            await Task.Delay(1000);
        }
    }
}

static async Task RunAsync(IMongoDatabase database)
{
    var client = new MongoClient("mongodb://other/?maxPoolSize=9");
    try
    {
        await client.GetDatabase("copy").DropCollectionAsync("orders");
    }
    finally
    {
        client.Dispose();
    }
}
