using System.Collections.Frozen;

namespace Weir.Sandbox.Server;

/// <summary>Every command there is.</summary>
internal static class CommandTable
{
    private static readonly FrozenDictionary<string, CommandDefinition> commands = new[]
    {
        HelloCommand.All,
        SaslCommands.All,
        DiagnosticCommands.All,
        OperationCommands.All,
        FailPointCommand.All,
        InsertCommand.All,
        UpdateCommand.All,
        DeleteCommand.All,
        FindAndModifyCommand.All,
        BulkWriteCommand.All,
        FindCommand.All,
        AggregateCommand.All,
        CursorCommands.All,
        CountCommands.All,
        CatalogCommands.All,
        IndexCommands.All,
        StatisticsCommands.All,
        SessionCommands.All,
        TransactionCommands.All,
        ReplicationCommands.All,
        RouterCommands.All,
    }
        .SelectMany(group => group)
        .SelectMany(command => command.Aliases.Prepend(command.Name).Select(name => (name, command)))
        .ToFrozenDictionary(pair => pair.name, pair => pair.command);

    public static CommandDefinition? Find(string name) => commands.GetValueOrDefault(name);

    public static IEnumerable<CommandDefinition> Commands => commands.Values.Distinct();
}
