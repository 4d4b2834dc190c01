using MongoDB.Driver;

namespace Shop;

public static class Registrations
{
    public static IServiceCollection AddMongo(this IServiceCollection services, IConfiguration configuration)
    {
        var client = new MongoClient(configuration.GetConnectionString("Mongo"));
        services.AddSingleton<IMongoClient>(client);
        services.AddScoped(provider => provider.GetRequiredService<IMongoClient>().GetDatabase("shop"));
        services.AddScoped<Orders>();
        return services;
    }

    public static IServiceCollection AddOther(this IServiceCollection services)
    {
        services.TryAddSingleton<IMongoClient>(new MongoClient("mongodb://db/?maxPoolSize=9"));
        services.AddSingleton<IMongoClient>(CreateClient);
        services.AddKeyedSingleton<IMongoClient>("crm", (provider, key) => CreateOne(provider));
        services.Add(
            ServiceDescriptor.Singleton<IMongoClient>(_ => new MongoClient("mongodb://db/?maxPoolSize=9"))
        );
        services.AddSingleton(provider => new Wrapper(new MongoClient("mongodb://db/?maxPoolSize=9")));
        return services;
    }

    public static void Autofac(ContainerBuilder builder)
    {
        builder
            .Register(c => new MongoClient("mongodb://db/?maxPoolSize=9"))
            .As<IMongoClient>()
            .SingleInstance();
        builder
            .Bind<IMongoClient>()
            .ToMethod(c => new MongoClient("mongodb://db/?maxPoolSize=9"))
            .InSingletonScope();
        container.Register<IMongoClient>(
            () => new MongoClient("mongodb://db/?maxPoolSize=9"),
            Lifestyle.Singleton
        );
    }

    private static IMongoClient CreateClient(IServiceProvider provider)
    {
        var settings = MongoClientSettings.FromConnectionString("mongodb://db");
        settings.MaxConnectionPoolSize = 10;
        return new MongoClient(settings);
    }

    private static MongoClient CreateOne(IServiceProvider provider) =>
        new(provider.GetRequiredService<IOptions<MongoOptions>>().Value.ConnectionString);
}

public class Startup
{
    public void ConfigureServices(IServiceCollection services)
    {
        var client = new MongoClient("mongodb://db/?maxPoolSize=9");
        services.AddSingleton(client.GetDatabase("shop"));
    }
}

public class Orders(IMongoDatabase database)
{
    public Task SaveAsync(Order order) => database.GetCollection<Order>("orders").InsertOneAsync(order);
}

public class Worker : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var client = new MongoClient("mongodb://db/?maxPoolSize=9");
        while (!stoppingToken.IsCancellationRequested)
        {
            await client.GetDatabase("shop").DropCollectionAsync("old", stoppingToken);
        }
    }
}
