using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>One test of a file.</summary>
internal sealed record UnifiedCase(string Suite, string File, BsonDocument Document, BsonDocument Test)
{
    public string Description => Test["description"].AsString;

    public string Name => $"{Suite}/{File}: {Description}";

    /// <summary>The requirements of the file and of the test; of each list, one has to be met.</summary>
    public IEnumerable<IReadOnlyList<BsonDocument>> Requirements =>
        new[] { Document, Test }
            .Select(d => d.GetValueOrDefault("runOnRequirements"))
            .Where(v => v.IsArray)
            .Select(v => (IReadOnlyList<BsonDocument>)[.. v.AsArray.Select(r => r.AsDocument)]);

    /// <summary>The shape to run on; null when there is none that meets the requirements.</summary>
    public UnifiedShape? Shape =>
        UnifiedShape.All.FirstOrDefault(shape => Requirements.All(any => any.Any(shape.Meets)));

    /// <summary>Whether the test itself works with a client of several routers.</summary>
    public bool UsesManyRouters
    {
        get
        {
            var entities = Document.GetValueOrDefault("createEntities") is { IsArray: true } all
                ? all.AsArray.Select(e => e.AsDocument[0].Value.AsDocument).ToList()
                : [];
            var used = Test["operations"].AsArray.Select(o => o.AsDocument["object"].AsString).ToHashSet();
            for (var i = entities.Count - 1; i >= 0; i--)
            {
                if (used.Contains(entities[i]["id"].AsString))
                {
                    foreach (var parent in (string[])["client", "database"])
                    {
                        used.Add(
                            entities[i].GetValueOrDefault(parent) is { IsString: true } id ? id.AsString : ""
                        );
                    }
                }
            }
            return entities.Any(e =>
                used.Contains(e["id"].AsString) && e.GetValueOrDefault("useMultipleMongoses").ToBoolean()
            );
        }
    }

    public override string ToString() => Name;
}
