using System.Net;
using Weir.Protocol.Bson;

namespace Weir.Proxy.Clients;

/// <summary>What the connections of one client process have in common.</summary>
/// <param name="Address">Where they come from; <see langword="null"/>: this machine, over no network.</param>
/// <param name="Metadata">
/// Who they said they are; not to be changed. It tells more than any hash of it, and is small: 512 bytes by specification.
/// </param>
internal readonly record struct ClientGroupKey(IPAddress? Address, BsonDocument? Metadata);
