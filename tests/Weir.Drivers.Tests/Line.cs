using System.Text.Json;

namespace Weir.Drivers.Tests;

/// <summary>What a scenario printed of a step.</summary>
internal sealed record Line(string Step, bool IsDone, string? Skipped, string Text)
{
    /// <exception cref="JsonException">The program printed something else.</exception>
    public static Line Parse(string text)
    {
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        return new Line(
            root.GetProperty("step").GetString()!,
            root.TryGetProperty("ok", out var ok) && ok.GetBoolean(),
            root.TryGetProperty("skipped", out var reason) ? reason.GetString() : null,
            text
        );
    }
}
