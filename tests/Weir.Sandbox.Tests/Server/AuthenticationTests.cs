using System.Security.Cryptography;
using System.Text;
using Weir.Protocol.Bson;

namespace Weir.Sandbox.Tests.Server;

public sealed class AuthenticationTests
{
    private static readonly SandboxOptions withUser = new() { Users = [new SandboxUser("ann", "secret")] };

    [Fact]
    public async Task Without_authentication_only_the_handshake_is_served()
    {
        await using var deployment = await TestDeployment.StartAsync(withUser);
        await using var client = await deployment.ConnectAsync();
        (await client.RunAsync("admin", new BsonDocument { ["hello"] = 1 })).AssertOk();
        (await client.RunAsync("admin", new BsonDocument { ["ping"] = 1 })).AssertOk();
        (await client.RunAsync("db", new BsonDocument { ["find"] = "c" })).AssertError(13, "Unauthorized");
        var mechanisms = new BsonDocument { ["hello"] = 1, ["saslSupportedMechs"] = "admin.ann" };
        var reply = (await client.RunAsync("admin", mechanisms)).AssertOk();
        Assert.Contains((BsonValue)"SCRAM-SHA-256", reply["saslSupportedMechs"].AsArray);
    }

    [Fact]
    public async Task The_right_password_opens_and_a_wrong_one_does_not()
    {
        await using var deployment = await TestDeployment.StartAsync(withUser);
        await using var wrong = await deployment.ConnectAsync();
        (await LogInAsync(wrong, "guess")).AssertError(18, "AuthenticationFailed");
        (await wrong.RunAsync("db", new BsonDocument { ["find"] = "c" })).AssertError(13);
        await using var right = await deployment.ConnectAsync();
        Assert.True((await LogInAsync(right, "secret")).AssertOk()["done"].AsBoolean);
        (await right.RunAsync("db", new BsonDocument { ["find"] = "c" })).AssertOk();
        (await right.RunAsync("admin", new BsonDocument { ["logout"] = 1 })).AssertOk();
        (await right.RunAsync("db", new BsonDocument { ["find"] = "c" })).AssertError(13);
    }

    /// <summary>SCRAM-SHA-256 by hand, without the empty exchange at the end.</summary>
    private static async Task<BsonDocument> LogInAsync(TestClient client, string password)
    {
        const string first = "n=ann,r=abcdefghijklmnop";
        var start = await client.RunAsync(
            "admin",
            new BsonDocument
            {
                ["saslStart"] = 1,
                ["mechanism"] = "SCRAM-SHA-256",
                ["payload"] = Encoding.UTF8.GetBytes("n,," + first),
                ["options"] = new BsonDocument { ["skipEmptyExchange"] = true },
            }
        );
        var server = Encoding.UTF8.GetString(start.AssertOk()["payload"].AsBinary.Span);
        var parts = server.Split(',');
        var salt = Convert.FromBase64String(parts[1][2..]);
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            password,
            salt,
            int.Parse(parts[2][2..]),
            HashAlgorithmName.SHA256,
            32
        );
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var final = $"c=biws,{parts[0]}";
        var message = Encoding.UTF8.GetBytes($"{first},{server},{final}");
        var signature = HMACSHA256.HashData(SHA256.HashData(clientKey), message);
        var proof = clientKey.Select((part, i) => (byte)(part ^ signature[i])).ToArray();
        return await client.RunAsync(
            "admin",
            new BsonDocument
            {
                ["saslContinue"] = 1,
                ["conversationId"] = start["conversationId"],
                ["payload"] = Encoding.UTF8.GetBytes($"{final},p={Convert.ToBase64String(proof)}"),
            }
        );
    }
}
