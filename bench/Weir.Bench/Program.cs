using System.Net;
using Weir.Bench;

try
{
    return args switch
    {
        ["server", var address] => await ServerProgram.RunAsync(IPEndPoint.Parse(address)),
        ["run", .. var options] => await RunProgram.RunAsync(RunOptions.Parse(options)),
        _ => throw new ArgumentException(RunOptions.Usage),
    };
}
catch (ArgumentException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}
