using System.Net;

namespace Weir.Bench;

/// <summary>A load: so many clients connected, so many of them working, for so long.</summary>
/// <param name="Rate">Operations a second, over all; null: a closed loop, each client as fast as it is answered.</param>
internal sealed record LoadOptions(
    IPEndPoint Address,
    Operation Operation,
    int Clients,
    int Idle,
    TimeSpan WarmUp,
    TimeSpan Measured,
    double? Rate = null
);
