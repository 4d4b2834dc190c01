using Weir.SyncBench;

return await SyncBench.RunAsync(BenchOptions.Parse(args));
