using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Limits;
using Weir.Transport;

namespace Weir.Proxy.Clients;

/// <summary>
/// What a channel goes through at a listener before there is a client: the limits, then the TLS handshake, within a time
/// and only so many at once. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Without a wait handle there is nothing to dispose of.")]
internal sealed partial class Reception(
    ListenerSettings settings,
    TlsServerFiles? tls,
    ProxyLimits limits,
    ProxyCounters counters,
    TimeProvider time,
    ILogger logger,
    Func<Channel, ClientQuotas, Task> serve,
    CancellationToken ending
)
{
    private readonly Quota _listener = new("the listener", settings.Limits, time);
    private readonly QuotaTable _addresses = new("the address", settings.PerAddress, time);
    private readonly SemaphoreSlim _handshakes = new(limits.TlsHandshakes, limits.TlsHandshakes);

    /// <summary>Serves a channel to its end. One that is over a limit is closed at once, as a server does.</summary>
    public Task ServeAsync(Channel channel)
    {
        if (Enter(channel.RemoteEndPoint, out Quota? address) is { } refusal)
        {
            Interlocked.Increment(ref counters.ClientsRefused);
            LogRefused(logger, channel.RemoteEndPoint, refusal);
            return Task.CompletedTask;
        }
        var quotas = new ClientQuotas(_listener, address);
        // Not awaited: a state machine here would live as long as the client, and there may be thousands.
        return tls is null ? serve(channel, quotas) : ServeSecureAsync(channel, quotas);
    }

    /// <summary>Looks whether the listener's certificate has changed, and forgets addresses that nobody comes from any
    /// more; called every few seconds.</summary>
    public void Tidy(EndPoint listener)
    {
        _addresses.Sweep();
        try
        {
            if (tls is not null && tls.Refresh())
                LogReloaded(logger, listener);
        }
        catch (TlsFileException e)
        {
            LogNotReloaded(logger, listener, e.Message);
        }
    }

    private string? Enter(EndPoint? remote, out Quota? address)
    {
        address = null;
        if (_listener.Enter() is { } full)
            return full;
        string? refusal = _addresses.Enter(LoginThrottle.KeyOf(remote), out address);
        if (refusal is not null)
            _listener.Leave();
        return refusal;
    }

    private async Task ServeSecureAsync(Channel channel, ClientQuotas quotas)
    {
        TlsChannel? secure = null;
        try
        {
            secure = await HandshakeAsync(channel);
        }
        finally
        {
            if (secure is null)
                quotas.Leave();
        }
        if (secure is null)
            return;
        await using (secure)
            await serve(secure, quotas);
    }

    private async Task<TlsChannel?> HandshakeAsync(Channel channel)
    {
        // An address can't be asked any more when its channel has ended.
        EndPoint? address = channel.RemoteEndPoint;
        using var deadline = new CancellationTokenSource(limits.TlsHandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ending);
        bool entered = false;
        try
        {
            await _handshakes.WaitAsync(either.Token);
            entered = true;
            TlsChannel secure = await TlsChannel.AuthenticateAsServerAsync(
                channel,
                tls!.Options,
                either.Token
            );
            Interlocked.Increment(ref counters.TlsHandshakes);
            return secure;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            Interlocked.Increment(ref counters.TlsFailed);
            string reason = !deadline.IsCancellationRequested
                ? (e.InnerException ?? e).Message
                : $"it took longer than {limits.TlsHandshakeTimeout.TotalSeconds} s";
            LogFailed(logger, address, reason);
            return null;
        }
        finally
        {
            if (entered)
                _handshakes.Release();
        }
    }

    [LoggerMessage(26, LogLevel.Debug, "A client from {RemoteEndPoint} was closed at once: {Reason}")]
    private static partial void LogRefused(ILogger logger, EndPoint? remoteEndPoint, string reason);

    [LoggerMessage(23, LogLevel.Information, "The TLS handshake with {RemoteEndPoint} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, EndPoint? remoteEndPoint, string reason);

    [LoggerMessage(24, LogLevel.Information, "The certificate of {Listener} was loaded anew")]
    private static partial void LogReloaded(ILogger logger, EndPoint listener);

    [LoggerMessage(
        25,
        LogLevel.Warning,
        "The certificate of {Listener} has changed and can't be used, so the old one stays: {Reason}"
    )]
    private static partial void LogNotReloaded(ILogger logger, EndPoint listener, string reason);
}
