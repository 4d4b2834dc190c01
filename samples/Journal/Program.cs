await Weir.Samples.Journal.JournalService.Create(args).RunAsync();
