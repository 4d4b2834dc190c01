using MongoDB.Driver;

namespace Shop;

public class Caches
{
    public static readonly MongoClient Shared = new("mongodb://db/?maxPoolSize=9");

    private static readonly Lazy<IMongoClient> Later = new(Create);
    private static readonly Lazy<IMongoClient> Typed = new Lazy<IMongoClient>(() =>
    {
        var settings = new MongoClientSettings { MaxConnectionPoolSize = 10 };
        return new MongoClient(settings);
    });
    private static MongoClient s_client;
    private readonly ConcurrentDictionary<string, IMongoClient> _clients = new();
    private readonly Dictionary<string, IMongoDatabase> _databases = [];
    private readonly IMemoryCache _cache;
    private readonly object _gate = new();
    private Dictionary<string, MongoClient> _byTenant;
    private IMongoClient _one;

    public static MongoClient Property { get; } = new MongoClient("mongodb://db/?maxPoolSize=9");

    public IMongoClient ForTenant(string uri) =>
        _clients.GetOrAdd(uri, key => new MongoClient($"{key}?maxPoolSize=9"));

    public IMongoClient Cached(string key) =>
        _cache.GetOrCreate(key, entry => new MongoClient("mongodb://db/?maxPoolSize=9"));

    public IMongoDatabase Database(string uri)
    {
        if (!_databases.TryGetValue(uri, out var database))
        {
            var client = new MongoClient(uri + "?maxPoolSize=9");
            database = client.GetDatabase("shop");
            _databases[uri] = database;
        }

        return database;
    }

    public IMongoClient Locked()
    {
        lock (_gate)
        {
            if (_one == null)
            {
                var client = new MongoClient("mongodb://db/?maxPoolSize=9");
                _one = client;
            }

            return _one;
        }
    }

    public static MongoClient Initialized() =>
        LazyInitializer.EnsureInitialized(ref s_client, () => new MongoClient("mongodb://db/?maxPoolSize=9"));

    public void Load(IEnumerable<Tenant> tenants) =>
        _byTenant = tenants.ToDictionary(
            tenant => tenant.Id,
            tenant => new MongoClient(tenant.Uri + "?maxPoolSize=9")
        );

    public async Task ReplaceAsync(string uri)
    {
        var old = Interlocked.Exchange(ref _one, new MongoClient(uri + "?maxPoolSize=9"));
        await Task.Delay(1000);
        old.Dispose();
    }

    public async Task OtherClientsAsync()
    {
        var client = new HttpClient();
        try
        {
            await client.GetStringAsync("http://localhost/");
        }
        finally
        {
            client.Dispose();
        }
    }

    private static IMongoClient Create() => new MongoClient("mongodb://db/?maxPoolSize=9");
}
