using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>An operation's arguments. Whatever nobody has asked for in the end is unknown, and fails the case.</summary>
internal sealed class UnifiedArguments(string operation, BsonValue arguments)
{
    private readonly BsonDocument _all = arguments.IsDocument ? arguments.AsDocument : [];
    private readonly HashSet<string> _asked = [];

    public BsonValue this[string name] =>
        Optional(name) ?? throw new InvalidDataException($"{operation} has no argument '{name}'");

    public BsonValue? Optional(string name)
    {
        _asked.Add(name);
        return _all.TryGetValue(name, out var value) ? value : default(BsonValue?);
    }

    public bool Flag(string name) => Optional(name)?.AsBoolean ?? false;

    /// <summary>Copies the arguments that are there and have these names into a command.</summary>
    public void CopyTo(BsonDocument command, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Optional(name) is { } value)
            {
                command[name] = value;
            }
        }
    }

    public void AssertAllKnown()
    {
        if (_all.Names.FirstOrDefault(n => !_asked.Contains(n)) is { } unknown)
        {
            throw new InvalidDataException($"{operation}: the argument '{unknown}' is unknown to the runner");
        }
    }
}
