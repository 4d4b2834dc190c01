using System.CommandLine;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Cli.Doctor;

/// <summary>The connection string that a command looks at.</summary>
internal static class UriArgument
{
    public static Argument<string> Create() =>
        new("uri") { Description = "Connection string: mongodb://… or mongodb+srv://…" };

    /// <summary>Parses it; says on standard error what is wrong with it, and returns null, when something is.</summary>
    public static ConnectionString? Parse(string uri, string command)
    {
        try
        {
            var parsed = ConnectionString.Parse(uri);
            foreach (var warning in parsed.Warnings)
            {
                Console.Error.WriteLine($"weir {command}: warning: {warning}");
            }

            return parsed;
        }
        catch (ConnectionStringException error)
        {
            Console.Error.WriteLine($"weir {command}: {error.Message}");
            return null;
        }
    }
}
