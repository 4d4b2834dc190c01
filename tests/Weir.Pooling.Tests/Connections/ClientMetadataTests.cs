using Weir.Pooling.Connections;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Tests.Connections;

public sealed class ClientMetadataTests
{
    private static BsonDocument Create(
        Dictionary<string, string>? environment = null,
        string? appName = null,
        bool isInDocker = false,
        string platform = ".NET 10"
    ) => ClientMetadata.Create(appName, name => environment?.GetValueOrDefault(name), isInDocker, platform);

    [Fact]
    public void It_names_Weir_the_system_and_the_platform_and_no_application_of_its_own()
    {
        var client = Create();
        Assert.Equal(["driver", "os", "platform"], client.Names);
        Assert.Equal("Weir", client["driver"].AsDocument["name"].AsString);
        Assert.NotEmpty(client["driver"].AsDocument["version"].AsString);
        Assert.Contains("type", client["os"].AsDocument.Names);
    }

    [Theory]
    [InlineData("AWS_EXECUTION_ENV=AWS_Lambda_java8", "aws.lambda")]
    [InlineData("AWS_EXECUTION_ENV=EC2", null)]
    [InlineData("AWS_LAMBDA_RUNTIME_API=x", "aws.lambda")]
    [InlineData("FUNCTIONS_WORKER_RUNTIME=node", "azure.func")]
    [InlineData("K_SERVICE=x", "gcp.func")]
    [InlineData("FUNCTION_NAME=x", "gcp.func")]
    [InlineData("VERCEL=1", "vercel")]
    [InlineData("VERCEL=1,AWS_LAMBDA_RUNTIME_API=x", "vercel")]
    [InlineData("K_SERVICE=x,FUNCTIONS_WORKER_RUNTIME=node", null)]
    [InlineData("VERCEL=1,K_SERVICE=x", null)]
    public void A_function_is_known_by_its_environment(string variables, string? name)
    {
        var environment = variables
            .Split(',')
            .Select(static v => v.Split('='))
            .ToDictionary(static v => v[0], static v => v[1]);
        var client = Create(environment);
        Assert.Equal(name, client.Contains("env") ? client["env"].AsDocument["name"].AsString : null);
    }

    [Fact]
    public void What_a_function_says_of_itself_is_left_out_where_it_is_no_number()
    {
        var client = Create(
            new()
            {
                ["FUNCTION_NAME"] = "f",
                ["FUNCTION_MEMORY_MB"] = "1024",
                ["FUNCTION_TIMEOUT_SEC"] = "soon",
                ["FUNCTION_REGION"] = "us-central1",
            }
        );
        Assert.Equal(
            new BsonDocument
            {
                ["name"] = "gcp.func",
                ["memory_mb"] = 1024,
                ["region"] = "us-central1",
            },
            client["env"].AsDocument
        );
    }

    [Fact]
    public void A_container_is_told_beside_a_function()
    {
        var client = Create(new() { ["KUBERNETES_SERVICE_HOST"] = "1", ["VERCEL"] = "1" }, isInDocker: true);
        Assert.Equal(
            new BsonDocument
            {
                ["name"] = "vercel",
                ["container"] = new BsonDocument { ["runtime"] = "docker", ["orchestrator"] = "kubernetes" },
            },
            client["env"].AsDocument
        );
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(400, 10)]
    [InlineData(10, 400)]
    [InlineData(600, 10)]
    [InlineData(10, 600)]
    [InlineData(600, 600)]
    public void It_never_exceeds_512_bytes_and_keeps_what_matters(int regionLength, int platformLength)
    {
        var client = Create(
            new() { ["AWS_LAMBDA_RUNTIME_API"] = "x", ["AWS_REGION"] = new string('r', regionLength) },
            new string('a', 128),
            isInDocker: true,
            new string('é', platformLength)
        );
        Assert.InRange(client.ToBytes().Length, 1, ClientMetadata.LargestSize);
        Assert.Equal(128, client["application"].AsDocument["name"].AsString.Length);
        Assert.Contains("type", client["os"].AsDocument.Names);
    }

    [Fact]
    public void A_name_of_the_application_that_servers_would_refuse_is_refused_first()
    {
        Assert.Throws<ArgumentException>(() => new ConnectionSettings { AppName = new string('é', 65) });
        Assert.Equal(
            128,
            new ConnectionSettings { AppName = new string('a', 128) }
                .AppName!
                .Length
        );
    }
}
