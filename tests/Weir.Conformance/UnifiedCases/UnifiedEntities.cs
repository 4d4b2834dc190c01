using Weir.Pooling.Commands;
using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>What a case has made, by name.</summary>
internal sealed class UnifiedEntities
{
    private readonly Dictionary<string, object> _all = new(StringComparer.Ordinal);

    public object this[string id] =>
        _all.TryGetValue(id, out var entity)
            ? entity
            : throw new InvalidDataException($"there is no entity '{id}'");

    public IEnumerable<UnifiedClient> Clients => _all.Values.OfType<UnifiedClient>();

    public IEnumerable<CommandCursor> Cursors => _all.Values.OfType<CommandCursor>();

    public void Add(string id, object entity)
    {
        if (!_all.TryAdd(id, entity))
        {
            throw new InvalidDataException($"there are two entities '{id}'");
        }
    }

    public T Get<T>(string id) =>
        this[id] is T entity ? entity : throw new InvalidDataException($"'{id}' is no {typeof(T).Name}");

    public UnifiedClient Client(string id) => Get<UnifiedClient>(id);

    public UnifiedSession Session(string id) => Get<UnifiedSession>(id);

    public BsonValue Value(string id) => Get<BsonValue>(id);
}
