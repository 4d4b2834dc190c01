using System.Collections.Frozen;

namespace Weir.Sandbox.Server;

/// <summary>A command: its names, what the dispatcher must know, its own arguments, and what it does.</summary>
internal sealed class CommandDefinition
{
    public CommandDefinition(
        string name,
        CommandTraits traits,
        Func<CommandContext, ValueTask<Reply>> run,
        params ReadOnlySpan<string> arguments
    )
    {
        Name = name;
        Traits = traits;
        Run = run;
        Arguments = [name, .. arguments];
    }

    public CommandDefinition(
        string name,
        CommandTraits traits,
        Func<CommandContext, Reply> run,
        params ReadOnlySpan<string> arguments
    )
        : this(name, traits, context => ValueTask.FromResult(run(context)), arguments) { }

    public string Name { get; }

    public IReadOnlyList<string> Aliases { get; init; } = [];

    public CommandTraits Traits { get; }

    public Func<CommandContext, ValueTask<Reply>> Run { get; }

    public OpCounter Counter { get; init; } = OpCounter.Command;

    public IReadOnlyList<string> Arguments { get; }

    /// <summary>Every field it takes, its names among them.</summary>
    public FrozenSet<string> Fields => field ??= FrozenSet.Create([.. Arguments, .. Aliases]);

    public bool Has(CommandTraits trait) => (Traits & trait) != 0;
}
