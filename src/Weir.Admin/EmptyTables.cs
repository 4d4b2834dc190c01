using Weir.Proxy.Administration;

namespace Weir.Admin;

/// <summary>Tables of parts that may not be there: empty until the part brings its own.</summary>
internal static class EmptyTables
{
    private static readonly (string Name, string Description)[] Tables =
    [
        ("destinations", "A deployment that is leased by name."),
        ("workers", "A background worker that Weir hosts."),
        ("jobs", "A sync job with its progress."),
    ];

    public static void AddTo(AdminDesk desk)
    {
        foreach (var (name, description) in Tables.Where(t => desk.FindTable(t.Name) is null))
        {
            desk.Add(
                new TableBuilder<string>()
                    .Text("name", "Its name", n => n)
                    .Build(name, description, static () => [])
            );
        }
    }
}
