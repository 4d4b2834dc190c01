namespace Weir.Sandbox.Store.Catalog;

/// <summary>The collections of one database. Guarded by the store's gate.</summary>
internal sealed class Database(string name)
{
    private readonly SortedDictionary<string, Collection> collections = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public bool IsEmpty => collections.Count == 0;

    public IReadOnlyCollection<Collection> Collections => collections.Values;

    public Collection? Find(string name) => collections.GetValueOrDefault(name);

    public void Add(Collection collection) => collections.Add(collection.Name, collection);

    public void Remove(string name) => collections.Remove(name);
}
