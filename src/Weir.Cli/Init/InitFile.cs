using System.Text.Json;

namespace Weir.Cli.Init;

/// <summary>The text of <c>weir.json</c>.</summary>
internal static class InitFile
{
    public static string Compose(string upstream, string listen) =>
        $$"""
            {
              // docs/configuration.md says what else can stand here.
              "upstreams": [
                { "name": "main", "uri": {{Quoted(upstream)}} }
              ],
              "listeners": [
                { "listen": {{Quoted(listen)}}, "upstream": "main" }
              ]
            }

            """;

    private static string Quoted(string text) =>
        $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
