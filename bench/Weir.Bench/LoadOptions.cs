using System.Net;

namespace Weir.Bench;

/// <summary>A load: so many clients connected, so many of them working, for so long.</summary>
internal sealed record LoadOptions(
    IPEndPoint Address,
    string Operation,
    int Clients,
    int Idle,
    TimeSpan WarmUp,
    TimeSpan Measured
);
