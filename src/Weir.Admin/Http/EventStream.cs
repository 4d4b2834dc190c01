using Microsoft.AspNetCore.Http;
using Weir.Admin.Feeds;

namespace Weir.Admin.Http;

/// <summary>Server-sent events to one viewer, for as long as it stays.</summary>
internal static class EventStream
{
    public static async Task RunAsync(HttpContext context, LiveFeed feed)
    {
        if (feed.Join() is not { } viewer)
        {
            await Answers.ErrorAsync(
                context,
                503,
                $"{LiveFeed.MostViewers} look on already, or Weir is about to end; try again later"
            );
            return;
        }

        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers["X-Accel-Buffering"] = "no";
            var output = context.Response.Body;
            await output.WriteAsync("retry: 1000\n\n"u8.ToArray(), context.RequestAborted);
            await output.FlushAsync(context.RequestAborted);
            await foreach (var message in viewer.Reader.ReadAllAsync(context.RequestAborted))
            {
                await output.WriteAsync(message, context.RequestAborted);
                await output.FlushAsync(context.RequestAborted);
            }
        }
        finally
        {
            feed.Leave(viewer);
        }
    }
}
