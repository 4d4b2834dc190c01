using Weir.Protocol.Bson;

namespace Weir.Pooling.Pools;

/// <summary>
/// A connection of a pool that could not be established: what discovery has to hear, so that it can mark the
/// server unknown and clear the pool. A pool tells of every one of them exactly once, whether it was made for a
/// check-out or in the background; who checks out need not report it again.
/// </summary>
/// <param name="Error">Usually a ConnectionException or a CommandException; it knows its stage and labels.</param>
/// <param name="Generation">The generation that the connection belonged to.</param>
/// <param name="ServiceId">The service behind a load balancer, where the handshake came that far.</param>
public readonly record struct EstablishmentFailure(Exception Error, int Generation, ObjectId? ServiceId);
