namespace Weir.Conformance.ConnectionStringCases;

internal sealed record UriCaseAuth(string? Username, string? Password, string? Db);
