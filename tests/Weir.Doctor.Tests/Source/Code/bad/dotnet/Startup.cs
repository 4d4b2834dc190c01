using MongoDB.Driver;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddScoped<IMongoClient>(_ => new MongoClient("mongodb://db/?maxPoolSize=9")); // finds: client-per-call
var app = builder.Build();
app.Run();
