using System.Text;
using Weir.Pooling.Authentication;
using Weir.Protocol.Bson;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Errors;
using Weir.Testing;

namespace Weir.Proxy.Tests.ClientAuthentication;

/// <summary>A conversation that is not ended in time.</summary>
public class ClientLoginTests
{
    [Fact]
    public void A_conversation_that_takes_too_long_is_forgotten()
    {
        var clock = new ManualClock();
        var users = new UserDirectory(ClientUsers.None, user => new User(user, Identity.Anonymous, null));
        var login = new ClientLogin(() => users, null, clock);
        LoginAnswer started = login.Start(
            new()
            {
                ["saslStart"] = 1,
                ["mechanism"] = Mechanisms.ScramSha256,
                ["payload"] = Encoding.UTF8.GetBytes("n,,n=ada,r=abc"),
            },
            "admin"
        );
        Assert.NotNull(started.Reply);

        clock.Advance(ClientLogin.Patience);
        LoginAnswer late = login.Continue(
            new()
            {
                ["saslContinue"] = 1,
                ["conversationId"] = started.Reply["conversationId"],
                ["payload"] = Encoding.UTF8.GetBytes("c=biws,r=abc,p=AAAA"),
            }
        );

        Assert.Equal(ErrorCode.ProtocolError, late.Error?.Code);
    }
}
