using Weir.Pooling.Authentication;
using Weir.Pooling.Connections;
using Weir.Protocol.Bson;
using Weir.Proxy.Tests.Scripted;

namespace Weir.Proxy.Tests.ClientAuthentication;

/// <summary>Logs in as Weir itself logs in to servers.</summary>
internal static class LoginClient
{
    public static Credential Credential(string name, string password, string? mechanism = null) =>
        new()
        {
            UserName = name,
            Password = password,
            Mechanism = mechanism,
        };

    /// <summary>With the conversation begun inside hello, or all of it on its own.</summary>
    public static async Task LogInAsync(this RawClient client, Credential credential, bool speculate = true)
    {
        Authentication authentication = Authenticator.Create(credential).Begin();
        var hello = new BsonDocument { ["hello"] = 1 };
        if (speculate)
            authentication.AddTo(hello);
        BsonDocument reply = await client.RunAsync(hello);
        await authentication.CompleteAsync(
            speculate ? reply : null,
            async (database, command, _) =>
            {
                command["$db"] = database;
                return await client.RunAsync(command) is var answer && answer["ok"].ToInt32() == 1
                    ? answer
                    : throw new LoginRefusedException(answer);
            },
            TestContext.Current.CancellationToken
        );
    }
}
