using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Expressions.Functions;

/// <summary>A function of values, and how many it takes.</summary>
internal sealed record Function(int Least, int Most, Func<BsonValue?[], BsonValue?> Apply)
{
    public void RequireCount(string name, int count)
    {
        if (count >= Least && count <= Most)
        {
            return;
        }

        throw Least == Most
            ? new CommandError(
                16020,
                $"Expression {name} takes exactly {Least} arguments. {count} were passed in."
            )
            : new CommandError(
                28667,
                $"Expression {name} takes at least {Least} arguments, and at most {Most}, but {count} were passed in."
            );
    }
}
