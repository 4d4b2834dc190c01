using System.Globalization;
using Weir.Hosting.Bench;

return args switch
{
    ["leases"] => await LeaseProgram.RunAsync(),
    ["takeover", var kills] => await TakeoverProgram.RunAsync(int.Parse(kills, CultureInfo.InvariantCulture)),
    ["queue", var jobs] => await QueueProgram.RunAsync(int.Parse(jobs, CultureInfo.InvariantCulture)),
    ["leader", var uri] => await TakeoverProgram.LeadAsync(uri),
    ["consumer", var uri] => await QueueProgram.ConsumeAsync(uri),
    _ => throw new ArgumentException("usage: Weir.Hosting.Bench leases | takeover KILLS | queue JOBS"),
};
