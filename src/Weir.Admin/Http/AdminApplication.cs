using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Weir.Proxy.Administration;

namespace Weir.Admin.Http;

/// <summary>Every request, from the gate to the route and to an error in JSON. Thread-safe.</summary>
internal sealed partial class AdminApplication(RouteTable routes, TokenGate gate, ILogger logger)
    : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) =>
        new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception) { }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (AdminActionException e)
        {
            await Answers.ErrorAsync(context, e.IsMissing ? 404 : 409, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await Answers.ErrorAsync(context, e.StatusCode, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested) { }
#pragma warning disable CA1031 // Whatever it was, whoever asked is told, and the log.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(logger, context.Request.Method, context.Request.Path, e);
            if (!context.Response.HasStarted)
            {
                await Answers.ErrorAsync(context, 500, "it failed inside Weir; the log says how");
            }
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var route = routes.Find(request.Method, request.Path.Value ?? "/", out var value, out var isKnown);
        Answers.SetSafetyHeaders(context.Response);
        if (gate.IsForeign(request))
        {
            await Answers.ErrorAsync(context, 403, "this may not be asked by a page of another site");
        }
        else if (route is not { IsOpen: true } && !gate.Admits(request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Answers.ErrorAsync(context, 401, "show the admin token: Authorization: Bearer TOKEN");
        }
        else if (route is not null)
        {
            await route.Handle(context, value);
        }
        else
        {
            await Answers.ErrorAsync(
                context,
                isKnown ? 405 : 404,
                isKnown ? $"{request.Path} does not take {request.Method}" : $"there is no {request.Path}"
            );
        }
    }

    [LoggerMessage(60, LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, string method, PathString path, Exception error);
}
