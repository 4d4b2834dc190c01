namespace Weir.Sandbox.Server;

/// <summary>What the server announces in hello and keeps to.</summary>
internal static class ServerLimits
{
    public const int MaxDocumentSize = 16 * 1024 * 1024;
    public const int MaxMessageSize = 48_000_000;
    public const int MaxWriteBatch = 100_000;
    public const int MinWireVersion = 0;
    public const int MaxWireVersion = 25;

    /// <summary>MongoDB 4.2's: the last that tells no topology version.</summary>
    public const int LastUnversioned = 8;
    public const int SessionTimeoutMinutes = 30;
    public const string ServerVersion = "8.0.0-sandbox";
}
