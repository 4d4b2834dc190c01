using System.Net;

namespace Weir.Cli.Serve;

/// <summary>The line on standard output that says a listener takes clients, for people and for scripts:
/// <c>listening on 127.0.0.1:27018 for main</c>.</summary>
internal static class ReadyLine
{
    public const string Prefix = "listening on ";

    public static string For(EndPoint endPoint, string upstream) => $"{Prefix}{endPoint} for {upstream}";
}
