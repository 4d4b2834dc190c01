using System.Net.Http.Json;
using System.Text.Json;

namespace Weir.Samples.Journal.Providers;

/// <summary>
/// A telephony service behind HTTP, of the shape that they have: <c>POST /calls</c> with an <c>Idempotency-Key</c>, and
/// <c>GET /calls/{id}</c> for the status.
/// </summary>
internal sealed class HttpCallProvider(HttpClient client) : ICallProvider
{
    public async Task<string> PlaceAsync(
        string key,
        string phone,
        string prompt,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "calls")
        {
            Content = JsonContent.Create(new { to = phone, say = prompt }),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return answer.GetProperty("id").GetString()!;
    }

    public async Task<CallStatus> GetAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await client.GetFromJsonAsync<JsonElement>($"calls/{id}", cancellationToken);
        var isOver = answer.GetProperty("status").GetString() == "completed";
        return new CallStatus(isOver ? answer.GetProperty("transcript").GetString() : null);
    }
}
