using Weir.Pooling.Authentication;
using Weir.Pooling.ConnectionStrings;
using Weir.Testing;

namespace Weir.Pooling.Tests.Authentication;

public sealed class OidcTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_who_need_a_token_at_once_share_one_fetch_and_it_is_kept()
    {
        var fetches = 0;
        var release = new TaskCompletionSource<string>();
        var tokens = new OidcTokens(
            async () =>
            {
                fetches++;
                return await release.Task;
            },
            new ManualClock()
        );
        Assert.Null(tokens.Current);
        var waits = Enumerable.Range(0, 20).Select(_ => tokens.GetAsync(Token).AsTask()).ToArray();
        release.SetResult("first");
        var got = await Task.WhenAll(waits);
        Assert.All(got, static g => Assert.Equal("first", g.Token));
        Assert.Single(got, static g => !g.WasKnown);
        Assert.Equal(("first", true), await tokens.GetAsync(Token));
        Assert.Equal(1, fetches);
    }

    [Fact]
    public async Task Only_the_refused_token_is_forgotten_and_the_next_is_fetched_no_sooner_than_100_ms_later()
    {
        var clock = new ManualClock();
        var number = 0;
        var tokens = new OidcTokens(() => new($"token {++number}"), clock);
        Assert.Equal(("token 1", false), await tokens.GetAsync(Token));
        tokens.Invalidate("another");
        Assert.Equal("token 1", tokens.Current);

        tokens.Invalidate("token 1");
        var next = tokens.GetAsync(Token).AsTask();
        SpinWait.SpinUntil(() => clock.ArmedTimers == 1, TimeSpan.FromSeconds(30));
        Assert.Equal((OidcTokens.LeastApart, 1), (clock.UntilNextTimer, number));
        clock.Advance(OidcTokens.LeastApart);
        Assert.Equal(("token 2", false), await next);
    }

    [Fact]
    public async Task A_fetch_that_fails_is_tried_again_by_whoever_comes_next()
    {
        var clock = new ManualClock();
        var fails = true;
        var tokens = new OidcTokens(() => fails ? throw new IOException("no file") : new("token"), clock);
        await Assert.ThrowsAsync<IOException>(async () => await tokens.GetAsync(Token));
        fails = false;
        clock.Advance(OidcTokens.LeastApart);
        Assert.Equal(("token", false), await tokens.GetAsync(Token));
    }

    [Fact]
    public async Task The_file_of_the_environment_is_read_and_its_absence_is_named()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "abc\n", Token);
            var variables = new Dictionary<string, string> { ["AWS_WEB_IDENTITY_TOKEN_FILE"] = file };
            Assert.Equal("abc", await OidcTokenFile.ReadAsync("k8s", variables.GetValueOrDefault));
            variables["AZURE_FEDERATED_TOKEN_FILE"] = file + ".not-there";
            var failure = await Assert.ThrowsAsync<AuthenticationFailedException>(async () =>
                await OidcTokenFile.ReadAsync("k8s", variables.GetValueOrDefault)
            );
            Assert.Contains(file + ".not-there", failure.Message, StringComparison.Ordinal);
            failure = await Assert.ThrowsAsync<AuthenticationFailedException>(async () =>
                await OidcTokenFile.ReadAsync("test", variables.GetValueOrDefault)
            );
            Assert.Contains("OIDC_TOKEN_FILE", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("ENVIRONMENT:gcp,TOKEN_RESOURCE:r")]
    [InlineData("ENVIRONMENT:azure,TOKEN_RESOURCE:r")]
    public void An_environment_without_a_file_is_refused_by_name(string properties)
    {
        var credential = Parse(properties);
        var refusal = Assert.Throws<NotSupportedException>(() => Authenticator.Create(credential));
        Assert.Contains(properties.Split(',')[0], refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Properties_that_could_not_be_read_are_missed_when_they_are_needed()
    {
        var failure = Assert.Throws<AuthenticationFailedException>(() =>
            Authenticator.Create(Parse("TOKEN_RESOURCE:mongodb://one%2Ctwo,ENVIRONMENT:azure"))
        );
        Assert.Contains("ENVIRONMENT", failure.Message, StringComparison.Ordinal);
    }

    private static Credential Parse(string properties) =>
        ConnectionString
            .Parse($"mongodb://a/?authMechanism=MONGODB-OIDC&authMechanismProperties={properties}")
            .Credential!;
}
