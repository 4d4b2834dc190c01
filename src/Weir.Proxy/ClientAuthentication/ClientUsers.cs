namespace Weir.Proxy.ClientAuthentication;

/// <summary>Everybody who may log in to Weir. Immutable; thread-safe.</summary>
public sealed record ClientUsers
{
    /// <summary>The least length of <see cref="Secret"/>, in bytes.</summary>
    public const int LeastSecret = 16;

    /// <summary>Nobody.</summary>
    public static ClientUsers None { get; } = new();

    /// <summary>The users.</summary>
    public IReadOnlyList<UserSettings> Users { get; init; } = [];

    /// <summary>
    /// Random bytes from which a name that is not there gets a salt, always the same one, so that it looks like one that
    /// is. Keep it as long as the users, and the same on all Weirs that clients take for one. Empty: made up at each
    /// start, so that a restart tells which names are there.
    /// </summary>
    public ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>Every mistake, each beginning with the path of what it is about; empty when there is none.</summary>
    public IReadOnlyList<string> Validate() => [.. UserErrors.Of(this)];

    /// <summary>Never the secret.</summary>
    public override string ToString() => $"{Users.Count} users";
}
