using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Expressions;

/// <summary>What an expression sees: the document, the context, and the variables around it.</summary>
internal sealed class Scope
{
    private readonly Scope? outer;
    private readonly string name = "";
    private readonly BsonValue? value;

    public Scope(BsonDocument root, QueryContext context)
    {
        Root = root;
        Context = context;
    }

    private Scope(Scope outer, string name, BsonValue? value)
    {
        this.outer = outer;
        this.name = name;
        this.value = value;
        Root = outer.Root;
        Context = outer.Context;
    }

    public BsonDocument Root { get; }

    public QueryContext Context { get; }

    /// <summary>The same scope with one more variable, or another value for it.</summary>
    public Scope With(string variable, BsonValue? content) => new(this, variable, content);

    public BsonValue? Find(string variable)
    {
        for (var scope = this; scope.outer is not null; scope = scope.outer)
        {
            if (scope.name == variable)
            {
                return scope.value;
            }
        }

        return variable switch
        {
            "ROOT" or "CURRENT" => (BsonValue?)(BsonValue)Root,
            "NOW" => Context.Now,
            "REMOVE" => null,
            _ => Context.Variables.TryGetValue(variable, out var found) ? found : default(BsonValue?),
        };
    }
}
