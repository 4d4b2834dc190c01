using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Weir.Cli.Configuration;
using Weir.Hosting;
using Weir.Sync.Configuration;
using YamlDotNet.RepresentationModel;

namespace Weir.Cli.Tests.Documents;

/// <summary>Every configuration that the documents show is read by what reads it, without an error.</summary>
public sealed partial class ConfigurationExamplesTests : IDisposable
{
    private const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private const string Users = """
        {
          "secret": "AAAAAAAAAAAAAAAAAAAAAA==",
          "users": [
            {
              "name": "app",
              "credentials": {
                "SCRAM-SHA-256": {
                  "iterationCount": 15000,
                  "salt": "sC48qyA5+lMRnsFy9Eh5Rj5ZYV0uqPnS7yIjaw==",
                  "storedKey": "qBRbVVn4cGl+mAtPZpQ0Ks3hlyHBoX0o6UWmlvXQGlk=",
                  "serverKey": "lJ+SEnZ0LpUO2QeQX4tKxfU0nSIT9O3UqPWiYX5Y/X8="
                }
              }
            }
          ]
        }
        """;

    // What a part of weir.json stands in.
    private const string Rest = """
        {
          "upstreams": [ { "name": "main", "uri": "mongodb://db" } ],
          "listeners": [ { "listen": "127.0.0.1:27018", "upstream": "main" } ]
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-documents-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_json_is_read_by_what_it_is_for()
    {
        var blocks = Document.Blocks.Where(block => block.Language == "json").ToList();

        Assert.True(blocks.Count >= 3, $"only {blocks.Count} were found");
        Clean(blocks.SelectMany(block => Errors(block, Read)));
    }

    [Fact]
    public void Every_yaml_is_read_by_what_it_is_for()
    {
        var blocks = Document.Blocks.Where(block => block.Language is "yaml" or "yml").ToList();

        Assert.True(blocks.Count >= 2, $"only {blocks.Count} were found");
        Clean(blocks.SelectMany(block => Errors(block, ReadYaml)));
    }

    [Fact]
    public void A_key_that_nothing_knows_is_told()
    {
        var wrong = new FencedBlock("here", "json", "\"telemetry\": { \"slowMilliseconds\": 9 }");
        var host = new FencedBlock("here", "json", "{ \"Weir\": { \"MaxConnection\": 9 } }");

        Assert.NotEmpty(Errors(wrong, Read));
        Assert.NotEmpty(Errors(host, Read));
    }

    // All of them, and whole.
    private static void Clean(IEnumerable<string> errors)
    {
        var all = string.Join('\n', errors);
        Assert.True(all.Length == 0, all);
    }

    private static IEnumerable<string> Errors(FencedBlock block, Action<string> read)
    {
        try
        {
            // What the user has to put in: a secret from the environment, and what is left out.
            read(Variable().Replace(block.Text, "secret"));
            return [];
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or ConfigurationException
                        or SyncConfigurationException
                        or OptionsValidationException
                        or InvalidOperationException
                        or YamlDotNet.Core.YamlException
            )
        {
            return [$"{block.Place}: {error.Message}"];
        }
    }

    private void Read(string text)
    {
        // Some show one member of the file.
        var shown = JsonNode.Parse(text.TrimStart().StartsWith('{') ? text : $"{{ {text} }}")!.AsObject();
        if (shown.ContainsKey(WeirOptions.SectionName))
        {
            ReadHost(shown);
            return;
        }

        var whole = JsonNode.Parse(Rest)!.AsObject();
        foreach (var (name, value) in shown)
        {
            whole[name] = value?.DeepClone();
        }

        File.WriteAllText(Path.Combine(_folder.FullName, "users.json"), Users);
        ConfigurationFile.Parse(Path.Combine(_folder.FullName, "weir.json"), whole.ToJsonString());
    }

    // Of a service's appsettings.json.
    private static void ReadHost(JsonObject settings)
    {
        var text = settings
            .ToJsonString()
            .Replace("mongodb://\\u2026", "mongodb://db", StringComparison.Ordinal);
        text = text.Replace("\\u2026", Key, StringComparison.Ordinal);
        var configuration = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(text)))
            .Build();
        configuration
            .GetSection(WeirOptions.SectionName)
            .Get<WeirOptions>(binder => binder.ErrorOnUnknownConfiguration = true);
        using var services = new ServiceCollection().AddWeir(configuration).BuildServiceProvider();
        _ = services.GetRequiredService<IOptions<WeirOptions>>().Value;
    }

    private static void ReadYaml(string text)
    {
        if (text.Contains("scrape_configs", StringComparison.Ordinal))
        {
            // Prometheus' own.
            new YamlStream().Load(new StringReader(text));
            return;
        }

        SyncFile.Parse("sync.yaml", text);
    }

    [GeneratedRegex(@"\$\{\w+\}")]
    private static partial Regex Variable();
}
