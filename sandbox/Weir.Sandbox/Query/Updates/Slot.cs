using System.Globalization;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates;

/// <summary>A place in a document that an update works on: a field of a document, or an element of an array.</summary>
internal readonly struct Slot
{
    private const int MostPadding = 1_500_000;

    private readonly BsonDocument? document;
    private readonly BsonArray? array;
    private readonly int index;

    public Slot(BsonDocument root, BsonDocument document, string name)
    {
        Root = root;
        this.document = document;
        Name = name;
    }

    public Slot(BsonDocument root, BsonArray array, int index)
    {
        Root = root;
        this.array = array;
        this.index = index;
        Name = index.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The whole document, for error messages.</summary>
    public BsonDocument Root { get; }

    public string Name { get; }

    /// <summary>An element of an array.</summary>
    public bool IsElement => array is not null;

    public bool TryGet(out BsonValue value)
    {
        if (document is not null)
        {
            return document.TryGetValue(Name, out value);
        }

        var present = index < array!.Count;
        value = present ? array[index] : default;
        return present;
    }

    public void Set(BsonValue value)
    {
        if (document is not null)
        {
            document[Name] = value;
            return;
        }

        if (index - array!.Count > MostPadding)
        {
            throw CommandError.BadValue(
                $"can't backfill more than {MostPadding} elements of an array to reach index {index}"
            );
        }

        while (array.Count <= index)
        {
            array.Add(BsonValue.Null);
        }

        array[index] = value;
    }

    /// <summary>Removes a field; an array element becomes null, so that the others keep their places.</summary>
    public void Unset()
    {
        if (document is not null)
        {
            document.Remove(Name);
        }
        else if (index < array!.Count)
        {
            array[index] = BsonValue.Null;
        }
    }

    /// <summary>How error messages show the document.</summary>
    public string RootText => $"{{_id: {ValueText.Of(Root.GetValueOrDefault("_id"))}}}";
}
