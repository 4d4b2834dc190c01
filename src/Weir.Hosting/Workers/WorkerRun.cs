using Weir.Hosting.Leaders;

namespace Weir.Hosting.Workers;

/// <summary>One run of a worker.</summary>
/// <param name="Worker">The worker's name.</param>
/// <param name="Number">Counts this process's runs of the worker, from 1.</param>
/// <param name="Due">When the run was due.</param>
/// <param name="Term">
/// The term of leadership that it runs in, whose fence writes should carry; <see langword="null"/> where the worker
/// has no leader.
/// </param>
public sealed record WorkerRun(string Worker, long Number, DateTimeOffset Due, LeaderTerm? Term);
