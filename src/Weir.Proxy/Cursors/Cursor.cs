using Weir.Pooling.ConnectionStrings;
using Weir.Proxy.Commands;

namespace Weir.Proxy.Cursors;

/// <summary>An open cursor upstream: everything that is needed to go on with it or to kill it.</summary>
internal readonly record struct Cursor(
    ServerAddress Server,
    long UpstreamId,
    SessionId Session,
    string Namespace,
    bool IsAwaitable
);
