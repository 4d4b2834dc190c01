using System.Net;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Snapshots;

namespace Weir.Proxy.Clients;

/// <summary>What others may know of this client.</summary>
internal sealed partial class ClientConnection
{
    private readonly DateTimeOffset _connectedAt;
    private ClientActivity _activity;
    private byte[]? _mark;
    private Identity? _markedAs;

    /// <summary>What its requests are marked with, for its upstream; made when it is asked for first.</summary>
    public byte[] Mark(Attribution kind)
    {
        if (_mark is null || _markedAs != Identity)
        {
            _markedAs = Identity;
            _mark = ClientMark.Create(kind, Group, RemoteEndPoint, Identity.Name);
        }
        return _mark;
    }

    /// <summary>What its handshake said of the application.</summary>
    public string? Application => (Group?.Metadata ?? HandshakeMetadata.None).Application;

    /// <summary>This client at this moment; from any thread.</summary>
    /// <param name="transactions">How many it has.</param>
    public ClientSnapshot Look(int transactions)
    {
        HandshakeMetadata said = Group?.Metadata ?? HandshakeMetadata.None;
        Identity identity = Identity;
        return new ClientSnapshot
        {
            Id = Id,
            Address = RemoteEndPoint is IPEndPoint or DnsEndPoint ? RemoteEndPoint : null,
            Listener = LocalEndPoint,
            Upstream = Upstream.Name,
            User = identity.IsAnonymous ? null : identity.Name,
            Application = said.Application,
            Driver = said.Driver,
            Os = said.Os,
            Platform = said.Platform,
            ConnectedAt = _connectedAt,
            Command = _activity.Command,
            Since = _context.Time.GetElapsedTime(_activity.Since),
            Server = Volatile.Read(ref _inFlight)?.Address.ToString(),
            Requests = _activity.Requests,
            BytesIn = _activity.BytesIn,
            BytesOut = _activity.BytesOut,
            Cursors = _work?.Cursors ?? 0,
            Transactions = transactions,
        };
    }
}
