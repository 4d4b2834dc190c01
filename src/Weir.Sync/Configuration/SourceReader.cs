using Weir.Sync.Sources;
using Weir.Sync.Sources.Files;
using Weir.Sync.Sources.MongoDb;
using Weir.Sync.Sources.PostgreSql;

namespace Weir.Sync.Configuration;

/// <summary>Reads one source: a mapping whose one key is its kind.</summary>
internal static class SourceReader
{
    private static readonly string[] s_kinds = ["mongodb", "postgresql", "files", "http"];

    public static SourceSettings? Read(ConfigSection section, string name)
    {
        var kinds = s_kinds.Where(section.Has).ToList();
        if (kinds.Count != 1)
        {
            section.Error("", $"must have exactly one of the keys {string.Join(", ", s_kinds)}");
            return null;
        }
        var kind = kinds[0];
        var inner = section.Section(kind)!;
        section.End(s_kinds);
        return kind switch
        {
            "mongodb" => ReadMongo(inner, name),
            "postgresql" => ReadPostgreSql(inner, name),
            "files" => ReadFiles(inner, name),
            _ => HttpSettingsReader.Read(inner, name),
        };
    }

    private static MongoSourceSettings ReadMongo(ConfigSection section, string name)
    {
        var source = new MongoSourceSettings
        {
            Name = name,
            Uri = SettingsReader.ReadUri(section),
            Database = section.RequiredText("database"),
        };
        section.End("uri", "database");
        return source;
    }

    private static PostgreSqlSourceSettings ReadPostgreSql(ConfigSection section, string name)
    {
        var source = new PostgreSqlSourceSettings
        {
            Name = name,
            Connection = section.RequiredText("connection"),
        };
        if (source.Connection.Length > 0 && source.Problem is { } problem)
        {
            section.Error("connection", problem);
        }
        section.End("connection");
        return source;
    }

    private static FilesSourceSettings ReadFiles(ConfigSection section, string name)
    {
        var source = new FilesSourceSettings
        {
            Name = name,
            Path = section.RequiredText("path"),
            Format = section.Choice<FileFormat>("format"),
        };
        source = source with { Delimiter = section.Text("delimiter") ?? source.Delimiter };
        section.End("path", "format", "delimiter");
        return source;
    }
}
