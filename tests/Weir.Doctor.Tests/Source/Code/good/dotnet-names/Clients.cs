using MongoDB.Driver;

namespace Shop;

public class Clients
{
    public MongoClient Create() => new("mongodb://db/?maxPoolSize=9");

    public void Configure(Builder builder, string url) =>
        builder.ClientFactory(_ =>
        {
            var client = new MongoClient(url + "?maxPoolSize=9");
            return client;
        });
}

public class Hashes
{
    private readonly Factory _factory = new();

    public byte[] Of(string text)
    {
        var other = _factory.Create();
        using (var hasher = SHA1.Create())
        {
            return hasher.ComputeHash(other.Bytes(text));
        }
    }

    public static void Main()
    {
        var shared = new Clients().Create();
        shared.DropDatabase("old");
    }
}
