namespace Weir.Sync.Configuration;

/// <summary>The kinds of values in a configuration file.</summary>
internal enum ConfigKind
{
    Mapping,
    List,
    Text,
    Number,
    Boolean,
    Null,
}
