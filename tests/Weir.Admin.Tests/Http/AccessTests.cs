using System.Net;
using System.Net.Http.Headers;

namespace Weir.Admin.Tests.Http;

public sealed class AccessTests
{
    private const string Token = "correct-horse-battery";

    [Fact]
    public async Task Without_the_token_nothing_is_shown_but_health_and_the_page()
    {
        await using var stage = await AdminStage.StartAsync(token: Token);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(stage, "/api/v1/clients"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(stage, "/metrics"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(stage, "/api/v1/live"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(stage, "/api/v1/nothing"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(stage, "/healthz"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(stage, "/readyz"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(stage, "/"));
    }

    [Fact]
    public async Task The_token_lets_in_and_another_does_not()
    {
        await using var stage = await AdminStage.StartAsync(token: Token);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(stage, "/api/v1/clients", bearer: Token));
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await StatusAsync(stage, "/api/v1/clients", bearer: Token + "x")
        );
        stage.Admin.ChangeToken("another-token-now");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(stage, "/api/v1/clients", bearer: Token));
    }

    [Fact]
    public async Task The_page_is_given_a_cookie_for_the_token()
    {
        await using var stage = await AdminStage.StartAsync(token: Token);

        using var refused = await stage.Http.PostAsync(
            new Uri("/session", UriKind.Relative),
            new StringContent("wrong"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        // The client keeps cookies.
        using var taken = await stage.Http.PostAsync(
            new Uri("/session", UriKind.Relative),
            new StringContent(Token),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);
        var cookie = Assert.Single(taken.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Token, cookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(stage, "/api/v1/clients"));
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Host", "evil.example")]
    public async Task A_page_of_another_site_gets_nothing(string header, string value)
    {
        await using var stage = await AdminStage.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/upstreams/main/reconnect");
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await stage.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain(stage.Proxy.Events.Latest(), e => e.Kind == "Reconnected");
    }

    [Fact]
    public void An_address_beyond_this_machine_needs_a_token()
    {
        var open = new AdminSettings { EndPoint = new IPEndPoint(IPAddress.Any, 0) };

        Assert.NotNull(open.Validate());
        Assert.Null((open with { Token = Token }).Validate());
        Assert.NotNull((open with { Token = "short" }).Validate());
    }

    private static async Task<HttpStatusCode> StatusAsync(
        AdminStage stage,
        string path,
        string? bearer = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        using var answer = await stage.Http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        return answer.StatusCode;
    }
}
