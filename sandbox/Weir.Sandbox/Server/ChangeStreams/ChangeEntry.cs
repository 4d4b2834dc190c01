using Weir.Sandbox.Store.Changes;

namespace Weir.Sandbox.Server;

/// <summary>A committed change and its cluster time, which no other change shares.</summary>
internal sealed record ChangeEntry(long Time, StoreChange Change);
