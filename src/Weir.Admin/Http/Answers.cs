using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Weir.Admin.Http;

/// <summary>The forms that answers have.</summary>
internal static class Answers
{
    public const string Json = "application/json";

    public static void SetSafetyHeaders(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.XFrameOptions = "DENY";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    public static Task ErrorAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return JsonAsync(
            context,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("error", message);
                json.WriteEndObject();
            }
        );
    }

    public static Task JsonAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = false }))
        {
            write(json);
        }

        return BytesAsync(context, buffer.WrittenMemory, Json);
    }

    public static Task TextAsync(HttpContext context, string text, string mediaType) =>
        BytesAsync(context, Encoding.UTF8.GetBytes(text), mediaType);

    public static async Task BytesAsync(HttpContext context, ReadOnlyMemory<byte> bytes, string mediaType)
    {
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = bytes.Length;
        if (context.Request.Method != "HEAD")
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }
}
