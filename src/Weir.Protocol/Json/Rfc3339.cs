using System.Globalization;

namespace Weir.Protocol.Json;

/// <summary>Times of the form 2012-12-24T12:15:30.501Z, with an offset in place of the Z.</summary>
internal static class Rfc3339
{
    private static readonly string[] s_formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Milliseconds since the epoch; what is finer is cut.</summary>
    public static bool TryParse(string text, out long milliseconds)
    {
        // Without an offset the moment is not known; the format's K would let that pass.
        var isComplete =
            text.EndsWith('Z')
            || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal);
        var isValid = DateTimeOffset.TryParseExact(
            text,
            s_formats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var moment
        );
        milliseconds = moment.ToUnixTimeMilliseconds();
        return isComplete && isValid;
    }
}
