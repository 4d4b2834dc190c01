using MongoDB.Driver;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddScoped<MongoContext>();
builder.Services.AddTransient<IMongoClient, MongoClient>(); // finds: client-per-call
builder.Services.AddScoped(services =>
{
    var client = new MongoClient("mongodb://db/?maxPoolSize=9"); // finds: client-per-call
    return client.GetDatabase("shop");
});
var app = builder.Build();
app.MapGet("/", () => new MongoClient("mongodb://db/?maxPoolSize=9").ListDatabaseNames().ToList()); // finds: client-per-call
app.MapGet("/orders", Orders);
app.Run();

static async Task<List<string>> Orders()
{
    var client = new MongoClient("mongodb://db/?maxPoolSize=9"); // finds: client-per-call
    return await client.ListDatabaseNames().ToListAsync();
}

public class MongoContext
{
    private readonly IMongoDatabase _database;

    public MongoContext() => _database = new MongoClient("mongodb://db/?maxPoolSize=9").GetDatabase("shop"); // finds: client-per-call
}

public class OrdersController : ControllerBase
{
    private readonly MongoClient _client = new("mongodb://db/?maxPoolSize=9"); // finds: client-per-call
}
