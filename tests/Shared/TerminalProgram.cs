using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Weir.Testing;

/// <summary>The program <c>weir</c> on a terminal, which <c>script</c> makes: what it shows, and keys for it.</summary>
internal sealed partial class TerminalProgram : IAsyncDisposable
{
    private const string Script = "/usr/bin/script";

    private readonly Process _process;
    private readonly StringBuilder _shown = new();
    private readonly byte[] _buffer = new byte[4096];

    private TerminalProgram(Process process) => _process = process;

    public static bool IsThere => File.Exists(Script);

    /// <summary>All that it has shown, without colours and moves of the cursor.</summary>
    public string Shown => Controls().Replace(_shown.ToString(), "");

    public static TerminalProgram Start(params string[] arguments)
    {
        string[] command = [Path.Combine(AppContext.BaseDirectory, "weir"), .. arguments];
        var quoted = string.Join(' ', command.Select(a => $"'{a}'"));
        var start = new ProcessStartInfo(
            Script,
            ["--quiet", "--return", "--command", $"stty cols 160 rows 40; exec {quoted}", "/dev/null"]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm-256color";
        return new TerminalProgram(Process.Start(start)!);
    }

    /// <summary>Waits until it has shown a text.</summary>
    public async Task SeeAsync(string text)
    {
        using var patience = Patience();
        while (!Shown.Contains(text, StringComparison.Ordinal))
        {
            if (!await ReadAsync(patience.Token))
            {
                throw new InvalidOperationException($"it ended without showing '{text}': {Shown}");
            }
        }
    }

    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Reads on to its end: the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = Patience();
        while (await ReadAsync(patience.Token)) { }
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private static CancellationTokenSource Patience()
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        return patience;
    }

    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var count = await _process.StandardOutput.BaseStream.ReadAsync(_buffer, cancellationToken);
        _shown.Append(Encoding.UTF8.GetString(_buffer, 0, count));
        return count > 0;
    }

    [GeneratedRegex(@"\e\[[0-9;?]*[a-zA-Z]|\e[=>]")]
    private static partial Regex Controls();
}
