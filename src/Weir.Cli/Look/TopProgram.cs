using Spectre.Console;

namespace Weir.Cli.Look;

/// <summary>Looks, paints, and listens to the keys until it is told to end.</summary>
internal sealed class TopProgram(IView view, TimeSpan interval)
{
    private static readonly TimeSpan KeyCheck = TimeSpan.FromMilliseconds(50);

    private readonly TopState _state = new();
    private Picture _picture = new("connecting…", [], []);
    private string? _problem;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // What fails at the first look is told plainly, before the screen is taken.
        _picture = await view.LookAsync(cancellationToken);
        AnsiConsole.Cursor.Hide();
        AnsiConsole.Write(new ControlCode("\u001b[?1049h\u001b[H"));
        try
        {
            await PaintAsync(cancellationToken);
        }
        finally
        {
            AnsiConsole.Write(new ControlCode("\u001b[?1049l"));
            AnsiConsole.Cursor.Show();
        }
    }

    private Task PaintAsync(CancellationToken cancellationToken) =>
        AnsiConsole
            .Live(Screen())
            .Overflow(VerticalOverflow.Crop)
            .StartAsync(async live =>
            {
                var next = Task.Delay(interval, CancellationToken.None);
                var looking = Task.CompletedTask;
                while (!_state.IsOver && !cancellationToken.IsCancellationRequested)
                {
                    var isChanged = ReadKeys();
                    if (looking.IsCompleted && next.IsCompleted)
                    {
                        next = Task.Delay(interval, CancellationToken.None);
                        looking = _state.IsPaused ? Task.CompletedTask : LookAsync(cancellationToken);
                        isChanged = true;
                    }

                    if (isChanged)
                    {
                        await Task.WhenAny(looking, Task.Delay(KeyCheck, CancellationToken.None));
                        live.UpdateTarget(Screen());
                    }

                    await Task.Delay(KeyCheck, CancellationToken.None);
                }
            });

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            _picture = await view.LookAsync(cancellationToken);
            _problem = null;
        }
        catch (LookException error)
        {
            _problem = error.Message;
        }
        catch (OperationCanceledException)
        {
            _problem = "no answer in time";
        }
    }

    private bool ReadKeys()
    {
        var isChanged = false;
        while (Console.KeyAvailable)
        {
            _state.Press(Console.ReadKey(intercept: true), _picture);
            isChanged = true;
        }

        return isChanged;
    }

    private Spectre.Console.Rendering.IRenderable Screen() =>
        TopScreen.Paint(_picture, _state, _problem, AnsiConsole.Profile.Height);
}
