namespace Weir.Proxy.ClientAuthentication;

/// <summary>What a user may do with Weir itself; the deployment behind has rights of its own.</summary>
public enum UserRole
{
    /// <summary>Nothing: its commands go to the deployment.</summary>
    None,

    /// <summary>Look after Weir.</summary>
    Admin,
}
