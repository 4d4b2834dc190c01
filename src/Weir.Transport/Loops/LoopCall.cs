namespace Weir.Transport.Loops;

/// <summary>A call into a loop from elsewhere, with its answer.</summary>
internal sealed class LoopCall<T>(Func<object?, ValueTask<T>> work, object? state)
{
    // Asynchronously: the caller's continuation is no business of the loop's.
    private readonly TaskCompletionSource<T> _answer = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public Task<T> Task => _answer.Task;

    public async void Start()
    {
        try
        {
            _answer.SetResult(await work(state));
        }
        catch (OperationCanceledException e)
        {
            _answer.SetCanceled(e.CancellationToken);
        }
        catch (Exception e)
        {
            _answer.SetException(e);
        }
    }
}
