using MongoDB.Driver;
using Xunit;

public class MongoFixture : IAsyncLifetime
{
    public IMongoClient Client { get; private set; }

    public Task InitializeAsync()
    {
        Client = new MongoClient("mongodb://db");
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Client.DropDatabaseAsync("test");
}

public class OrderTests(MongoFixture fixture) : IClassFixture<MongoFixture>
{
    [Fact]
    public async Task Orders_are_there()
    {
        using var client = new MongoClient("mongodb://db");
        Assert.NotNull(await client.ListDatabaseNamesAsync());
    }
}
