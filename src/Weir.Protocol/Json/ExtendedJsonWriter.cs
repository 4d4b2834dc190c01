using System.Globalization;
using System.Text;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Json;

/// <summary>Values to Extended JSON text on one line.</summary>
internal sealed class ExtendedJsonWriter(StringBuilder text, ExtendedJsonMode mode)
{
    // 9999-12-31T23:59:59.999Z, the last moment that relaxed mode writes as a date.
    private const long LastReadableMillisecond = 253_402_300_799_999;

    private readonly bool _relaxed = mode == ExtendedJsonMode.Relaxed;

    public void Write(BsonValue value)
    {
        switch (value.Type)
        {
            case BsonType.Double:
                WriteDouble(value.AsDouble);
                break;
            case BsonType.String:
                WriteText(value.AsString);
                break;
            case BsonType.Document:
                WriteDocument(value.AsDocument);
                break;
            case BsonType.Array:
                WriteArray(value.AsArray);
                break;
            case BsonType.Binary:
                WriteBinary(value.AsBinary);
                break;
            case BsonType.Undefined:
                text.Append("{\"$undefined\": true}");
                break;
            case BsonType.ObjectId:
                WriteWrapped("$oid", value.AsObjectId.ToString());
                break;
            case BsonType.Boolean:
                text.Append(value.AsBoolean ? "true" : "false");
                break;
            case BsonType.DateTime:
                WriteDate(value.AsMillisecondsSinceEpoch);
                break;
            case BsonType.Null:
                text.Append("null");
                break;
            case BsonType.RegularExpression:
                text.Append("{\"$regularExpression\": {\"pattern\": ");
                WriteText(value.AsRegex.Pattern);
                text.Append(", \"options\": ");
                WriteText(value.AsRegex.Options);
                text.Append("}}");
                break;
            case BsonType.DbPointer:
                text.Append("{\"$dbPointer\": {\"$ref\": ");
                WriteText(value.AsDbPointer.Namespace);
                text.Append(", \"$id\": ");
                WriteWrapped("$oid", value.AsDbPointer.Id.ToString());
                text.Append("}}");
                break;
            case BsonType.JavaScript:
                WriteWrapped("$code", value.AsJavaScript);
                break;
            case BsonType.Symbol:
                WriteWrapped("$symbol", value.AsSymbol);
                break;
            case BsonType.JavaScriptWithScope:
                text.Append("{\"$code\": ");
                WriteText(value.AsJavaScriptWithScope.Code);
                text.Append(", \"$scope\": ");
                WriteDocument(value.AsJavaScriptWithScope.Scope);
                text.Append('}');
                break;
            case BsonType.Int32:
                WriteInteger("$numberInt", value.AsInt32);
                break;
            case BsonType.Timestamp:
                var (seconds, increment) = value.AsTimestamp;
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{{\"$timestamp\": {{\"t\": {seconds}, \"i\": {increment}}}}}"
                );
                break;
            case BsonType.Int64:
                WriteInteger("$numberLong", value.AsInt64);
                break;
            case BsonType.Decimal128:
                WriteWrapped("$numberDecimal", value.AsDecimal128.ToString());
                break;
            case BsonType.MinKey:
                text.Append("{\"$minKey\": 1}");
                break;
            case BsonType.MaxKey:
                text.Append("{\"$maxKey\": 1}");
                break;
        }
    }

    private void WriteDocument(BsonDocument document)
    {
        text.Append('{');
        var separator = "";
        foreach (var (name, value) in document)
        {
            text.Append(separator);
            WriteText(name);
            text.Append(": ");
            Write(value);
            separator = ", ";
        }

        text.Append('}');
    }

    private void WriteArray(BsonArray array)
    {
        text.Append('[');
        var separator = "";
        foreach (var value in array)
        {
            text.Append(separator);
            Write(value);
            separator = ", ";
        }

        text.Append(']');
    }

    private void WriteBinary(BsonBinary binary)
    {
        text.Append("{\"$binary\": {\"base64\": \"").Append(Convert.ToBase64String(binary.Span));
        text.Append(CultureInfo.InvariantCulture, $"\", \"subType\": \"{binary.Subtype:x2}\"}}}}");
    }

    private void WriteInteger(string wrapper, long value)
    {
        if (_relaxed)
        {
            text.Append(value);
        }
        else
        {
            WriteWrapped(wrapper, value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void WriteDouble(double value)
    {
        var digits = value.ToString("R", CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
        {
            WriteWrapped("$numberDouble", digits);
            return;
        }

        // A number without point or exponent would be read back as an integer.
        digits = digits.AsSpan().ContainsAny('.', 'E') ? digits : digits + ".0";
        if (_relaxed)
        {
            text.Append(digits);
        }
        else
        {
            WriteWrapped("$numberDouble", digits);
        }
    }

    private void WriteDate(long milliseconds)
    {
        if (_relaxed && milliseconds is >= 0 and <= LastReadableMillisecond)
        {
            var format =
                milliseconds % 1000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            var date = BsonDateTime.ToDateTime(milliseconds);
            WriteWrapped("$date", date.ToString(format, CultureInfo.InvariantCulture));
        }
        else
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{{\"$date\": {{\"$numberLong\": \"{milliseconds}\"}}}}"
            );
        }
    }

    private void WriteWrapped(string key, string value)
    {
        text.Append("{\"").Append(key).Append("\": ");
        WriteText(value);
        text.Append('}');
    }

    private void WriteText(string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append("\\\\");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case < ' ':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }

        text.Append('"');
    }
}
