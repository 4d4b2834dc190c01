namespace Weir.Proxy.Limits;

/// <summary>
/// The quotas that one client connection counts against. A part of it, not to be copied once it serves; it gives its places
/// back.
/// </summary>
internal struct ClientQuotas(Quota? listener, Quota? address)
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
