using System.Text;
using Microsoft.AspNetCore.Http;

namespace Weir.Admin.Http;

/// <summary>How the dashboard's page gets in where a token is needed: it shows it once and is given a cookie.</summary>
internal static class Session
{
    private const int LongestToken = 1024;

    public static IEnumerable<Route> Routes(TokenGate gate) =>
        [
            new("GET", "/session", IsOpen: true, Operation: null, (context, _) => TellAsync(context, gate)),
            new("POST", "/session", IsOpen: true, Operation: null, (context, _) => BeginAsync(context, gate)),
            new("POST", "/session/end", IsOpen: true, Operation: null, (context, _) => EndAsync(context)),
        ];

    private static Task TellAsync(HttpContext context, TokenGate gate) =>
        Answers.JsonAsync(
            context,
            json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("needsToken", gate.NeedsToken);
                json.WriteBoolean("isIn", gate.Admits(context.Request));
                json.WriteEndObject();
            }
        );

    private static async Task BeginAsync(HttpContext context, TokenGate gate)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var buffer = new char[LongestToken];
        var length = await reader.ReadBlockAsync(buffer, context.RequestAborted);
        if (gate.CookieFor(new string(buffer, 0, length).Trim()) is not { } cookie)
        {
            // Guessing is slow from any one connection, and there are few.
            await Task.Delay(TimeSpan.FromMilliseconds(500), context.RequestAborted);
            await Answers.ErrorAsync(context, 401, "that is not the token");
            return;
        }

        context.Response.Cookies.Append(
            TokenGate.Cookie,
            cookie,
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = context.Request.IsHttps,
                Path = "/",
            }
        );
        context.Response.StatusCode = 204;
    }

    private static Task EndAsync(HttpContext context)
    {
        context.Response.Cookies.Delete(TokenGate.Cookie);
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }
}
