using System.Collections.Concurrent;

namespace Weir.Proxy.Administration;

/// <summary>
/// All that Weir shows of itself and lets be done to it, by name. The proxy puts its own in; other parts add theirs.
/// Thread-safe.
/// </summary>
public sealed class AdminDesk
{
    private readonly ConcurrentDictionary<string, AdminTable> _tables = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, AdminAction> _actions = new(StringComparer.Ordinal);

    /// <summary>The tables, by name.</summary>
    public IEnumerable<AdminTable> Tables => _tables.Values.OrderBy(t => t.Name, StringComparer.Ordinal);

    /// <summary>The actions, by name.</summary>
    public IEnumerable<AdminAction> Actions => _actions.Values.OrderBy(a => a.Name, StringComparer.Ordinal);

    /// <summary>Adds a table, in place of one of the same name.</summary>
    public void Add(AdminTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        _tables[table.Name] = table;
    }

    /// <summary>Adds an action, in place of one of the same name.</summary>
    public void Add(AdminAction action)
    {
        ArgumentNullException.ThrowIfNull(action);
        _actions[action.Name] = action;
    }

    /// <summary>The table of that name.</summary>
    public AdminTable? FindTable(string name) => _tables.GetValueOrDefault(name);

    /// <summary>The action of that name.</summary>
    public AdminAction? FindAction(string name) => _actions.GetValueOrDefault(name);
}
