using MongoDB.Driver;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<IMongoClient>(services =>
{
    var settings = MongoClientSettings.FromConnectionString(builder.Configuration["Mongo"]);
    settings.MaxConnectionPoolSize = 10;
    return new MongoClient(settings);
});
builder.Services.AddSingleton<IMongoClient>(_ => new MongoClient("mongodb://db/?maxPoolSize=10"));
builder.Services.AddScoped(services => services.GetRequiredService<IMongoClient>().GetDatabase("app"));
var app = builder.Build();
app.MapGet("/", (IMongoDatabase database) => database.ListCollectionNames().ToList());
app.Run();
