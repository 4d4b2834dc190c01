using Microsoft.AspNetCore.Http;
using Weir.Proxy.Administration;

namespace Weir.Admin.Http;

/// <summary>A POST for each action.</summary>
internal static class ActionRoutes
{
    public static IEnumerable<Route> Create(AdminDesk desk) => desk.Actions.Select(Create);

    private static Route Create(AdminAction action) =>
        new(
            "POST",
            "/api/v1/" + action.Path,
            IsOpen: false,
            new Operation(action.Name, action.Description, Answers.Json, action.Value),
            (context, value) => RunAsync(context, action, value)
        );

    private static async Task RunAsync(HttpContext context, AdminAction action, string value)
    {
        var result = await action.RunAsync(value, context.RequestAborted);
        await Answers.JsonAsync(context, json => PlainJson.Write(json, result));
    }
}
