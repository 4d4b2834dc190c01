using System.Net;
using Weir.Proxy.Administration;
using Weir.Proxy.ClientAuthentication;

namespace Weir.Proxy.Tests.Administration;

public sealed class AdminDatabaseAccessTests
{
    private static readonly EndPoint Here = new IPEndPoint(IPAddress.Loopback, 27018);
    private static readonly EndPoint Anywhere = new IPEndPoint(IPAddress.Any, 27018);

    [Fact]
    public void Users_with_the_admin_role_are_admitted_wherever_they_come_from()
    {
        var admin = new Identity("root", "admin", UserRole.Admin);

        Assert.True(AdminDatabase.Admits(admin, Here));
        Assert.True(AdminDatabase.Admits(admin, Anywhere));
    }

    [Fact]
    public void Other_users_are_not_even_on_this_machine()
    {
        var user = new Identity("app", "admin", UserRole.None);

        Assert.False(AdminDatabase.Admits(user, Here));
    }

    [Fact]
    public void Who_need_not_log_in_is_admitted_on_this_machine_only()
    {
        Assert.True(AdminDatabase.Admits(Identity.Anonymous, Here));
        Assert.True(AdminDatabase.Admits(Identity.Anonymous, new UnixEndPoint()));
        Assert.False(AdminDatabase.Admits(Identity.Anonymous, Anywhere));
        Assert.False(AdminDatabase.Admits(Identity.Anonymous, new IPEndPoint(IPAddress.IPv6Any, 1)));
    }

    private sealed class UnixEndPoint : EndPoint;
}
