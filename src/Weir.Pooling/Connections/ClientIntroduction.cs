using Weir.Protocol.Bson;

namespace Weir.Pooling.Connections;

/// <summary>
/// What the connections of one deployment say of the client, and of the frameworks that added themselves (the handshake
/// specification's "append metadata"). Thread-safe.
/// </summary>
internal sealed class ClientIntroduction(string? appName)
{
    private readonly Lock _gate = new();
    private readonly HashSet<(string Name, string Version, string Platform)> _appended = [];
    private volatile BsonDocument _document = ClientMetadata.Create(appName);

    /// <summary>The <c>client</c> document of the next connection; never changed once it is given out.</summary>
    public BsonDocument Document => _document;

    /// <summary>Adds a framework's name, once: the same again changes nothing. Empty is the same as absent.</summary>
    public void Append(string name, string? version, string? platform)
    {
        lock (_gate)
        {
            if (_appended.Add((name, version ?? "", platform ?? "")))
            {
                _document = ClientMetadata.Append(_document, name, version, platform);
            }
        }
    }
}
