namespace Weir.Sandbox.Store.Requests;

/// <summary>An entry of listDatabases.</summary>
internal sealed record DatabaseInfo(string Name, long SizeOnDisk, bool Empty);
