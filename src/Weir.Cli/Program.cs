using System.CommandLine;
using Weir.Cli;

// Signals are each command's own matter (StopSignals): a drain takes as long as it was told to.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
return await WeirCommand.Create().Parse(args).InvokeAsync(invocation);
