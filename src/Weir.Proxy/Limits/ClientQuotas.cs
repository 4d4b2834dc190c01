namespace Weir.Proxy.Limits;

/// <summary>The quotas that one client connection counts against. Belongs to it, which gives its places back.</summary>
internal sealed class ClientQuotas(Quota? listener, Quota? address)
{
    /// <summary>That of the user who has logged in, if there is one.</summary>
    public Quota? User { get; set; }

    /// <summary>One request more: <see langword="null"/>, or why not.</summary>
    public string? Request() => listener?.Request() ?? address?.Request() ?? User?.Request();

    /// <summary>Gives every place back. Once.</summary>
    public void Leave()
    {
        listener?.Leave();
        address?.Leave();
        LeaveUser();
    }

    /// <summary>Gives the user's place back, if it has one.</summary>
    public void LeaveUser()
    {
        User?.Leave();
        User = null;
    }
}
