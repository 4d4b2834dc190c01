namespace Weir.Proxy.ClientAuthentication;

/// <summary>A login that failed, for the log: what the client is not told.</summary>
internal sealed record LoginFailure(string Mechanism, string Database, string Name, string Reason)
{
    private const int LongestName = 64;

    /// <summary>The name as it may stand in a log: short, and nothing in it that could pass for another line.</summary>
    public string PrintableName =>
        string.Concat(Name.Take(LongestName).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}
