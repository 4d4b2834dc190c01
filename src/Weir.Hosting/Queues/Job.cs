using Weir.Protocol.Bson;

namespace Weir.Hosting.Queues;

/// <summary>A job as it was claimed. Immutable.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Payload">What is to be done.</param>
/// <param name="Attempt">Which attempt this is, from 1.</param>
/// <param name="Fence">Greater than that of every claim before: writes that belong to the job should carry it.</param>
public sealed record Job(BsonValue Id, BsonDocument Payload, int Attempt, long Fence);
