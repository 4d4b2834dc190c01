namespace Weir.Conformance.ConnectionStringCases;

internal sealed record UriCaseHost(string? Type, string? Host, int? Port);
