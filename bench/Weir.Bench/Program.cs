using Weir.Bench;

return args switch
{
    ["server"] => await ServerProgram.RunAsync(),
    ["run", .. var options] => await RunProgram.RunAsync(RunOptions.Parse(options)),
    _ => throw new ArgumentException(
        "usage: Weir.Bench run [--rounds N] [--seconds S] [--weir PROGRAM] [--json FILE] [--targets direct,haproxy,weir,watched]"
    ),
};
