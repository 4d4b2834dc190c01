namespace Weir.Proxy.ClientAuthentication;

/// <summary>
/// Who a client is to Weir. One object for each user, shared by all of that user's connections, so that two
/// identities are the same when they are the same object. Thread-safe.
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

    /// <summary>Whether the user is there no more, so that whoever has logged in as it must log in anew.</summary>
    public bool IsRevoked { get; private set; }

    public bool IsAnonymous => ReferenceEquals(this, Anonymous);

    /// <summary>The user is there no more. For good.</summary>
    public void Revoke() => IsRevoked = true;

    public override string ToString() => IsAnonymous ? "anonymous" : Name;
}
