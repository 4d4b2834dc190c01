using System.Collections.Frozen;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>Typed access to a command's fields, with the server's errors. A field that is null counts as absent.</summary>
internal readonly struct Arguments(BsonDocument document, string path)
{
    public BsonDocument All => document;

    public bool Has(string name) => document.TryGetValue(name, out var value) && !IsAbsent(value);

    /// <summary>The field as it is; Null when absent.</summary>
    public BsonValue Raw(string name) => document.GetValueOrDefault(name);

    public BsonDocument? Document(string name)
    {
        var value = Raw(name);
        return IsAbsent(value) ? null
            : value.IsDocument ? value.AsDocument
            : throw Wrong(name, value, "object");
    }

    public BsonDocument RequiredDocument(string name) => Document(name) ?? throw Missing(name);

    public BsonArray? Array(string name)
    {
        var value = Raw(name);
        return IsAbsent(value) ? null
            : value.IsArray ? value.AsArray
            : throw Wrong(name, value, "array");
    }

    public BsonArray RequiredArray(string name) => Array(name) ?? throw Missing(name);

    /// <summary>An array of documents.</summary>
    public List<BsonDocument> RequiredDocuments(string name)
    {
        var array = RequiredArray(name);
        var documents = new List<BsonDocument>(array.Count);
        for (var i = 0; i < array.Count; i++)
        {
            documents.Add(
                array[i].IsDocument ? array[i].AsDocument : throw Wrong($"{name}.{i}", array[i], "object")
            );
        }

        return documents;
    }

    public string? String(string name)
    {
        var value = Raw(name);
        return IsAbsent(value) ? null
            : value.IsString ? value.AsString
            : throw Wrong(name, value, "string");
    }

    public string RequiredString(string name) => String(name) ?? throw Missing(name);

    /// <summary>A boolean, or a number that stands for one.</summary>
    public bool Flag(string name, bool otherwise = false)
    {
        var value = Raw(name);
        return IsAbsent(value) ? otherwise
            : value.IsNumber || value.Type == BsonType.Boolean ? value.ToBoolean()
            : throw Wrong(name, value, "bool");
    }

    /// <summary>A whole number; null when absent.</summary>
    public long? Int64(string name)
    {
        var value = Raw(name);
        if (IsAbsent(value))
        {
            return null;
        }

        if (!value.IsNumber)
        {
            throw Wrong(name, value, "long");
        }

        try
        {
            return value.ToInt64();
        }
        catch (OverflowException)
        {
            throw CommandError.BadValue($"BSON field '{path}.{name}' is out of range");
        }
    }

    /// <summary>A whole number that may not be below zero; null when absent.</summary>
    public long? Count(string name) =>
        Int64(name) is not { } value ? null
        : value >= 0 ? value
        : throw new CommandError(51024, $"BSON field '{name}' value must be >= 0, actual value '{value}'");

    /// <summary>A time in milliseconds; null when absent or 0, which means no limit.</summary>
    public TimeSpan? Milliseconds(string name) =>
        Count(name) is not { } value || value == 0 ? null
        : value <= int.MaxValue ? TimeSpan.FromMilliseconds(value)
        : throw CommandError.BadValue($"{value} value for {name} is out of range [0, {int.MaxValue}]");

    /// <summary>Refuses fields that are neither in <paramref name="known"/> nor in <paramref name="further"/>.</summary>
    public void RefuseUnknown(FrozenSet<string> known, FrozenSet<string>? further = null)
    {
        foreach (var element in document)
        {
            if (!known.Contains(element.Name) && further?.Contains(element.Name) != true)
            {
                throw new CommandError(40415, $"BSON field '{path}.{element.Name}' is an unknown field.");
            }
        }
    }

    /// <summary>Says no to an option that this server knows but does not have.</summary>
    public void RefuseFlag(string name)
    {
        if (Flag(name))
        {
            throw CommandError.NotHere($"the option '{name}' of {path}");
        }
    }

    public void Refuse(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Has(name))
            {
                throw CommandError.NotHere($"the option '{name}' of {path}");
            }
        }
    }

    public CommandError Missing(string name) =>
        new(40414, $"BSON field '{path}.{name}' is missing but a required field");

    private CommandError Wrong(string name, BsonValue value, string expected) =>
        CommandError.TypeMismatch(
            $"BSON field '{path}.{name}' is the wrong type '{TypeName(value)}', expected type '{expected}'"
        );

    private static bool IsAbsent(BsonValue value) => value.Type is BsonType.Null or BsonType.Undefined;

    private static string TypeName(BsonValue value) =>
        value.Type switch
        {
            BsonType.Document => "object",
            BsonType.Int32 => "int",
            BsonType.Int64 => "long",
            BsonType.Boolean => "bool",
            BsonType.Binary => "binData",
            BsonType.DateTime => "date",
            BsonType.RegularExpression => "regex",
            BsonType.Decimal128 => "decimal",
            BsonType.ObjectId => "objectId",
            var other => char.ToLowerInvariant(other.ToString()[0]) + other.ToString()[1..],
        };
}
