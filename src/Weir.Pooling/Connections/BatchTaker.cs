namespace Weir.Pooling.Connections;

/// <summary>Takes the documents of a cursor's batch as they came.</summary>
/// <param name="batch">The bytes of a BSON array of documents, valid during the call only. Their frames are checked as
/// they are read.</param>
public delegate void BatchTaker(ReadOnlySpan<byte> batch);
