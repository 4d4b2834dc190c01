using System.Globalization;

namespace Weir.SyncBench;

/// <summary>What the bench is told.</summary>
internal sealed record BenchOptions
{
    /// <summary>How many documents are copied; of several numbers, each in turn.</summary>
    public IReadOnlyList<int> Documents { get; private init; } = [1_000_000];

    /// <summary>The size of each, as BSON.</summary>
    public int DocumentBytes { get; private init; } = 500;

    /// <summary>Documents per chunk of the Node scripts.</summary>
    public int Chunk { get; private init; } = 1000;

    /// <summary>Whether only Weir is measured, without the Node scripts.</summary>
    public bool OnlyWeir { get; private init; }

    /// <summary>Parts that Weir copies at the same time.</summary>
    public int Concurrency { get; private init; } = 4;

    /// <summary>What is started where no deployment is named: <c>sandbox</c>, or <c>documentdb</c>.</summary>
    public string Engine { get; private init; } = "sandbox";

    public bool IsDocumentDb => Engine == "documentdb";

    /// <summary>The deployment to copy from and to; its database <c>bench</c> is dropped.</summary>
    public string? Source { get; private init; }

    /// <inheritdoc cref="Source"/>
    public string? Destination { get; private init; }

    public static BenchOptions Parse(string[] arguments)
    {
        var options = new BenchOptions();
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var value = arguments[i + 1];
            options = arguments[i] switch
            {
                "--documents" => options with { Documents = [.. value.Split(',').Select(Number)] },
                "--bytes" => options with { DocumentBytes = Number(value) },
                "--chunk" => options with { Chunk = Number(value) },
                "--concurrency" => options with { Concurrency = Number(value) },
                "--programs" when value is "all" or "weir" => options with { OnlyWeir = value == "weir" },
                "--engine" when value is "sandbox" or "documentdb" => options with { Engine = value },
                "--source" => options with { Source = value },
                "--destination" => options with { Destination = value },
                var other => throw new ArgumentException(
                    $"'{other}' is not known: --documents, --bytes, --chunk, --concurrency, --programs all|weir, --engine sandbox|documentdb, --source, --destination"
                ),
            };
        }
        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
