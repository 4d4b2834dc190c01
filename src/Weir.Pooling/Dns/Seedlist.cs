using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Dns;

/// <summary>What a <c>mongodb+srv</c> string came to, and how long DNS lets its hosts be kept.</summary>
internal sealed record Seedlist(ConnectionString ConnectionString, TimeSpan TimeToLive);
