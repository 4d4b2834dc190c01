using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Commands;

namespace Weir.Proxy.Sessions;

/// <summary>A session is a user's: the same id of another user is another session.</summary>
internal readonly record struct SessionKey(SessionId Session, Identity User);
