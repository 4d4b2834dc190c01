using System.Globalization;

namespace Weir.SyncBench;

/// <summary>What the bench is told.</summary>
/// <param name="Documents">How many are copied.</param>
/// <param name="DocumentBytes">The size of each, as BSON.</param>
/// <param name="Chunk">Documents per chunk of the Node scripts.</param>
/// <param name="Concurrency">Parts that Weir copies at the same time.</param>
internal sealed record BenchOptions(int Documents, int DocumentBytes, int Chunk, int Concurrency)
{
    public static BenchOptions Parse(string[] arguments)
    {
        var options = new BenchOptions(1_000_000, 500, 1000, 4);
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var value = int.Parse(arguments[i + 1], CultureInfo.InvariantCulture);
            options = arguments[i] switch
            {
                "--documents" => options with { Documents = value },
                "--bytes" => options with { DocumentBytes = value },
                "--chunk" => options with { Chunk = value },
                "--concurrency" => options with { Concurrency = value },
                var other => throw new ArgumentException(
                    $"'{other}' is not known: --documents, --bytes, --chunk, --concurrency"
                ),
            };
        }
        return options;
    }
}
