namespace Weir.Proxy.ClientAuthentication;

/// <summary>
/// Who a client is to Weir. One object for each user, shared by all of that user's connections, so that two
/// identities are the same when they are the same object. Immutable; thread-safe.
/// </summary>
internal sealed class Identity
{
    /// <summary>A client that has not logged in.</summary>
    public static readonly Identity Anonymous = new("", "", UserRole.None);

    public Identity(string name, string database, UserRole role)
    {
        Name = name;
        Database = database;
        Role = role;
    }

    /// <summary>The user's name; empty for <see cref="Anonymous"/>.</summary>
    public string Name { get; }

    /// <summary>The first of the databases where the user is defined.</summary>
    public string Database { get; }

    /// <summary>What the user may do with Weir itself.</summary>
    public UserRole Role { get; }

    public bool IsAnonymous => ReferenceEquals(this, Anonymous);

    public override string ToString() => IsAnonymous ? "anonymous" : Name;
}
