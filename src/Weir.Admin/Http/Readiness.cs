using Microsoft.AspNetCore.Http;
using Weir.Proxy;

namespace Weir.Admin.Http;

/// <summary>Whether it makes sense to send clients here.</summary>
internal static class Readiness
{
    public static Task AnswerAsync(HttpContext context, ProxyServer proxy)
    {
        var reasons = Reasons(proxy).ToList();
        if (reasons.Count == 0)
        {
            return Answers.TextAsync(context, "ready\n", "text/plain");
        }

        context.Response.StatusCode = 503;
        return Answers.TextAsync(context, string.Join('\n', reasons) + "\n", "text/plain");
    }

    private static IEnumerable<string> Reasons(ProxyServer proxy)
    {
        if (proxy.IsDraining)
        {
            yield return "Weir is draining";
        }

        foreach (var (name, deployment) in proxy.Deployments)
        {
            if (!deployment.Topology.Servers.Any(s => s.IsDataBearing))
            {
                yield return $"{name} has no server to send operations to";
            }
        }
    }
}
