namespace Weir.Pooling.ConnectionStrings;

/// <summary>What stands before the "@": a name and perhaps a password (null when there is no colon).</summary>
internal sealed record UserInformation(string Name, string? Password)
{
    private const string Part = "user information";

    public static UserInformation Parse(string text)
    {
        if (text.Contains('@'))
        {
            throw Escape("'@'");
        }
        var colon = text.IndexOf(':');
        if (colon >= 0 && text.IndexOf(':', colon + 1) >= 0)
        {
            throw Escape("':'");
        }
        return colon < 0
            ? new UserInformation(Decode(text), null)
            : new UserInformation(Decode(text[..colon]), Decode(text[(colon + 1)..]));
    }

    /// <summary>Never the password.</summary>
    public override string ToString() => Password is null ? Name : $"{Name}:***";

    private static string Decode(string text) =>
        PercentEncoding.TryDecode(text, out var decoded) ? decoded : throw Escape("'%'");

    private static ConnectionStringException Escape(string what) =>
        new(Part, $"{what} in a user name or password must be percent-encoded");
}
