using MongoDB.Driver;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddScoped<IMongoClient>(
    _ => // finds: client-per-call
    new MongoClient("mongodb://db/?maxPoolSize=10")
);
var app = builder.Build();
app.Run();
