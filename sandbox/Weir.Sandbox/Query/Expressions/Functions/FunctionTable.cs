namespace Weir.Sandbox.Query.Expressions.Functions;

/// <summary>Every function by its name.</summary>
internal static class FunctionTable
{
    public static IReadOnlyDictionary<string, Function> All { get; } = Build();

    private static Dictionary<string, Function> Build()
    {
        var table = new Dictionary<string, Function>(StringComparer.Ordinal);
        ArithmeticFunctions.AddTo(table);
        ComparisonFunctions.AddTo(table);
        StringFunctions.AddTo(table);
        ArrayFunctions.AddTo(table);
        SetFunctions.AddTo(table);
        Conversions.AddTo(table);
        DateFunctions.AddTo(table);
        ObjectFunctions.AddTo(table);
        return table;
    }
}
