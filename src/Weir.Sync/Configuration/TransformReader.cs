using Weir.Sync.Transforms;

namespace Weir.Sync.Configuration;

/// <summary>Reads an entity's list of transforms.</summary>
internal static class TransformReader
{
    private const string Key = "transforms";

    public static IReadOnlyList<Transform> Read(ConfigSection section)
    {
        if (section.Take(Key) is not { } node)
        {
            return [];
        }
        if (node.Kind != ConfigKind.List)
        {
            section.Error(Key, $"must be a list, is {node.Shown}", node.Line);
            return [];
        }
        var transforms = new List<Transform>();
        for (var i = 0; i < node.Items.Count; i++)
        {
            var item = section.Inside($"{Key}[{i}]", node.Items[i]);
            foreach (var path in item.Texts("drop") ?? [])
            {
                transforms.Add(new DropTransform(path));
            }
            transforms.AddRange(Pairs(item, "rename").Select(p => Rename(item, p)).OfType<Transform>());
            transforms.AddRange(Pairs(item, "cast").Select(p => Cast(item, p)).OfType<Transform>());
            transforms.AddRange(Pairs(item, "constant").Select(p => Constant(item, p)).OfType<Transform>());
            transforms.AddRange(Pairs(item, "filter").SelectMany(p => Filter(item, p)));
            item.End("rename", "drop", "cast", "constant", "filter");
        }
        return transforms;
    }

    private static IEnumerable<ConfigMember> Pairs(ConfigSection item, string key) =>
        item.Has(key) ? item.Members(key) : [];

    private static RenameTransform? Rename(ConfigSection item, ConfigMember pair)
    {
        if (pair.Value is { Kind: ConfigKind.Text, Text.Length: > 0 })
        {
            return new(pair.Name, pair.Value.Text);
        }
        item.Error($"rename.{pair.Name}", "must be the new name", pair.Line);
        return null;
    }

    private static CastTransform? Cast(ConfigSection item, ConfigMember pair)
    {
        foreach (var type in Enum.GetValues<CastType>())
        {
            if (string.Equals(type.ToString(), pair.Value.Text, StringComparison.OrdinalIgnoreCase))
            {
                return new(pair.Name, type);
            }
        }
        var known = string.Join(", ", Enum.GetNames<CastType>().Select(n => n.ToLowerInvariant()));
        item.Error($"cast.{pair.Name}", $"must be one of {known}, is '{pair.Value.Text}'", pair.Line);
        return null;
    }

    private static ConstantTransform? Constant(ConfigSection item, ConfigMember pair) =>
        item.ValueOf($"constant.{pair.Name}", pair.Value) is { } value ? new(pair.Name, value) : null;

    // "status: active" is short for "status: { eq: active }".
    private static IEnumerable<FilterTransform> Filter(ConfigSection item, ConfigMember pair)
    {
        var key = $"filter.{pair.Name}";
        var isShort =
            pair.Value.Kind is not ConfigKind.Mapping || pair.Value.Members.Any(m => m.Name.StartsWith('$'));
        IReadOnlyList<ConfigMember> operators = isShort
            ? [new ConfigMember("eq", pair.Line, pair.Value)]
            : pair.Value.Members;
        foreach (var (name, line, node) in operators)
        {
            if (!TryOperator(name, out var kind))
            {
                var known = string.Join(
                    ", ",
                    Enum.GetNames<ConditionOperator>().Select(n => n.ToLowerInvariant())
                );
                item.Error(key, $"'{name}' is no operator (known: {known})", line);
                continue;
            }
            if (item.ValueOf(key, node) is not { } operand)
            {
                continue;
            }
            if (kind is ConditionOperator.In or ConditionOperator.Nin && !operand.IsArray)
            {
                item.Error(key, $"'{name}' takes a list", line);
                continue;
            }
            yield return new FilterTransform(pair.Name, kind, operand);
        }
    }

    private static bool TryOperator(string name, out ConditionOperator kind)
    {
        foreach (var known in Enum.GetValues<ConditionOperator>())
        {
            if (string.Equals(known.ToString(), name, StringComparison.OrdinalIgnoreCase))
            {
                kind = known;
                return true;
            }
        }
        kind = default;
        return false;
    }
}
