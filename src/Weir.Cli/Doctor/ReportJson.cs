using System.Text.Json.Serialization;
using Weir.Doctor.Reports;
using Weir.Doctor.Source;

namespace Weir.Cli.Doctor;

[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(SourceReport))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true
)]
internal sealed partial class ReportJson : JsonSerializerContext;
