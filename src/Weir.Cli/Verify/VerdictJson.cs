using System.Text.Json.Serialization;
using Weir.Doctor.Checks;

namespace Weir.Cli.Verify;

[JsonSerializable(typeof(ConnectionVerdict))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class VerdictJson : JsonSerializerContext;
