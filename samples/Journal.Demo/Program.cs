return await Weir.Samples.Journal.Demo.Demonstration.RunAsync();
