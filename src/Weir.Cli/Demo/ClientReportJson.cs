using System.Text.Json.Serialization;

namespace Weir.Cli.Demo;

/// <summary>Reads and writes <see cref="ClientReport"/> without reflection.</summary>
[JsonSerializable(typeof(ClientReport))]
internal sealed partial class ClientReportJson : JsonSerializerContext;
