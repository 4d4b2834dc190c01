using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Pipelines.Accumulators;

/// <summary>An accumulator's argument, and how a group starts one.</summary>
internal sealed record AccumulatorField(Expression Argument, Func<Accumulator> Start)
{
    public static AccumulatorField Parse(string name, BsonValue operand, QueryContext context)
    {
        if (name == "$count")
        {
            return operand.IsDocument && operand.AsDocument.Count == 0
                ? new AccumulatorField(new Literal(1), static () => new SumAccumulator())
                : throw CommandError.TypeMismatch("$count takes no arguments, i.e. $count:{}");
        }

        Func<Accumulator> start = name switch
        {
            "$sum" => static () => new SumAccumulator(),
            "$avg" => static () => new AverageAccumulator(),
            "$min" => static () => new ExtremeAccumulator(-1),
            "$max" => static () => new ExtremeAccumulator(1),
            "$first" => static () => new EndAccumulator(first: true),
            "$last" => static () => new EndAccumulator(first: false),
            "$push" => static () => new PushAccumulator(),
            "$addToSet" => static () => new SetAccumulator(),
            "$mergeObjects" => static () => new MergeAccumulator(),
            "$stdDevPop"
            or "$stdDevSamp"
            or "$top"
            or "$topN"
            or "$bottom"
            or "$bottomN"
            or "$firstN"
            or "$lastN"
            or "$maxN"
            or "$minN"
            or "$median"
            or "$percentile"
            or "$accumulator" => throw CommandError.NotHere($"the accumulator {name}"),
            _ => throw new CommandError(15952, $"unknown group operator '{name}'"),
        };
        return operand.IsArray
            ? throw new CommandError(40237, $"The {name} accumulator is a unary operator")
            : new AccumulatorField(ExpressionParser.Parse(operand, context), start);
    }
}
