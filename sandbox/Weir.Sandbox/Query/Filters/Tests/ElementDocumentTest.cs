using System.Globalization;
using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters.Tests;

/// <summary>$elemMatch with a filter: one element, a document, fulfils all of it.</summary>
internal sealed class ElementDocumentTest(Filter filter) : ValueTest
{
    public override bool LooksIntoArrays => false;

    public override bool Matches(BsonValue value, MatchTrace? trace)
    {
        if (!value.IsArray)
        {
            return false;
        }

        var array = value.AsArray;
        for (var i = 0; i < array.Count; i++)
        {
            if (AsDocument(array[i]) is { } element && filter.Matches(element))
            {
                if (trace is not null)
                {
                    trace.ArrayIndex = i;
                }

                return true;
            }
        }

        return false;
    }

    private static BsonDocument? AsDocument(BsonValue element)
    {
        if (element.IsDocument)
        {
            return element.AsDocument;
        }

        if (!element.IsArray)
        {
            return null;
        }

        // An array in an array counts as a document of its indexes.
        var document = new BsonDocument();
        foreach (var item in element.AsArray)
        {
            document.Add(document.Count.ToString(CultureInfo.InvariantCulture), item);
        }

        return document;
    }
}
