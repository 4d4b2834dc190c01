namespace Weir.Pooling.Dns;

/// <summary>A host that offers a service. Priority and weight mean nothing to MongoDB and are left out.</summary>
/// <param name="Host">The host's name, without the dot at its end.</param>
/// <param name="Port">Its port.</param>
/// <param name="TimeToLive">How long DNS lets the answer be kept.</param>
public readonly record struct SrvRecord(string Host, int Port, TimeSpan TimeToLive);
