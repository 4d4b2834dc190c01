using System.Text;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Tests.ConnectionStrings;

/// <summary>Whatever the string, it parses or is refused with a part named; nothing else is ever thrown.</summary>
public class AnyStringProperties
{
    private static readonly string[] Pieces =
    [
        "mongodb://",
        "mongodb+srv://",
        "/",
        "?",
        "&",
        "=",
        "@",
        ":",
        ",",
        ";",
        ".",
        "%",
        "%2F",
        "%40",
        "%FF",
        "%E2%85%A8",
        "%00",
        "[",
        "]",
        "[::1]",
        "::",
        "localhost",
        "a.b.c",
        "127.0.0.1",
        "x.sock",
        "%2Fx.sock",
        "27017",
        "0",
        "-1",
        "65536",
        "99999999999999999999",
        "alice",
        "db",
        "$external",
        " ",
        "\n",
        "\0",
        "\u00e9",
        "\u2168",
        "\ud83d\ude00",
        "w=",
        "journal=true",
        "tls=true",
        "ssl=false",
        "authMechanism=",
        "PLAIN",
        "GSSAPI",
        "MONGODB-X509",
        "MONGODB-OIDC",
        "authMechanismProperties=",
        "ENVIRONMENT:azure",
        "authSource=",
        "readPreference=",
        "secondary",
        "readPreferenceTags=",
        "dc:ny",
        "maxPoolSize=",
        "maxStalenessSeconds=",
        "120",
        "directConnection=true",
        "loadBalanced=true",
        "replicaSet=rs",
        "srvMaxHosts=",
        "proxyHost=",
        "proxyPort=",
        "compressors=",
        "zlib",
        "wtimeout=",
        "wtimeoutMS=",
        "gssapiServiceName=",
        "timeoutMS=",
        "unheardOf=",
    ];

    [Fact]
    public void Strings_of_likely_pieces_parse_or_are_refused()
    {
        // Seeded, so that a failure can be run again; the string itself is in the message.
        var random = new Random(20260721);
        for (var i = 0; i < 60_000; i++)
        {
            var text = new StringBuilder(
                random.Next(10) == 0 ? ""
                : random.Next(4) == 0 ? Pieces[1]
                : Pieces[0]
            );
            for (var length = random.Next(12); length > 0; length--)
            {
                text.Append(Pieces[random.Next(Pieces.Length)]);
            }
            Check(text.ToString());
        }
    }

    [Fact]
    public void Mutations_of_a_good_string_parse_or_are_refused()
    {
        const string good =
            "mongodb://alice:p%40ss@h1:27017,[::1]:27018,%2Ftmp%2Fa.sock/db?replicaSet=rs&readPreference=secondary"
            + "&readPreferenceTags=dc:ny,rack:1&w=majority&tls=true&compressors=zlib&authMechanism=SCRAM-SHA-256";
        var random = new Random(20260722);
        for (var i = 0; i < 40_000; i++)
        {
            var text = new StringBuilder(good);
            for (var edits = 1 + random.Next(4); edits > 0; edits--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0:
                        text.Remove(at, 1);
                        break;
                    case 1:
                        text.Insert(at, (char)random.Next(0x80));
                        break;
                    case 2:
                        // Any code unit at all, halves of surrogate pairs included.
                        text[at] = (char)random.Next(0x10000);
                        break;
                    default:
                        text.Insert(at, "/?#[]@:,%&="[random.Next(11)]);
                        break;
                }
            }
            Check(text.ToString());
        }
    }

    private static void Check(string text)
    {
        try
        {
            var parsed = ConnectionString.Parse(text);
            Assert.True(parsed.IsSrv || parsed.Hosts.Count > 0);
            // What is shown still says the same of the hosts.
            Assert.Equal(
                parsed.Hosts,
                ConnectionString
                    .Parse(
                        parsed
                            .ToString()
                            .Replace("=...", "=x", StringComparison.Ordinal)
                            .Replace("=***", "=A:b", StringComparison.Ordinal)
                    )
                    .Hosts
            );
        }
        catch (ConnectionStringException e)
        {
            Assert.NotEmpty(e.Part);
        }
        catch (Exception e)
        {
            Assert.Fail($"{e.GetType().Name} for {Uri.EscapeDataString(text)}: {e.Message}");
        }
    }
}
