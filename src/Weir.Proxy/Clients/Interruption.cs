using Weir.Pooling.ConnectionStrings;
using Weir.Proxy.Commands;

namespace Weir.Proxy.Clients;

/// <summary>An operation that was given up when its client went: its session, and the server that works on it.</summary>
internal sealed record Interruption(SessionId Session, ServerAddress Server);
