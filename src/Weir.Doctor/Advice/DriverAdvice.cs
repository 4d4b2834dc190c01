using System.Globalization;
using Weir.Doctor.Watching;

namespace Weir.Doctor.Advice;

/// <summary>What is known of a driver: its defaults, and how the cure is written in its language.</summary>
internal sealed record DriverAdvice(Language Language, int DefaultMaxPoolSize, string StreamsSince)
{
    /// <summary>The options that keep a pool small and let go of what is idle: every driver reads them.</summary>
    public const string PoolOptions = "maxPoolSize=10&minPoolSize=2&maxIdleTimeMS=30000";

    private const string Never = "999";

    // Names as the drivers' handshakes give them; a wrapper appends its own after "|".
    private static readonly (string Prefix, DriverAdvice Advice)[] Known =
    [
        ("nodejs", new(Language.JavaScript, 100, "4.0")),
        ("PyMongo", new(Language.Python, 100, "3.11")),
        ("mongo-java-driver", new(Language.Java, 100, "4.1")),
        ("mongo-csharp-driver", new(Language.CSharp, 100, "2.13")),
        ("mongo-go-driver", new(Language.Go, 100, "1.4")),
        ("mongo-ruby-driver", new(Language.Other, 20, "2.15")),
        ("mongo-rust-driver", new(Language.Other, 10, "2.1")),
        ("mongoc", new(Language.Other, 100, Never)),
        ("Weir", new(Language.Other, 10, "0.1")),
    ];

    private static readonly DriverAdvice Unknown = new(Language.Other, 100, Never);

    public static DriverAdvice For(string driver)
    {
        foreach (var (prefix, advice) in Known)
        {
            if (driver.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return advice;
            }
        }

        return Unknown;
    }

    /// <summary>
    /// Whether every living client of this holder shows a monitor that waits for news: not in a cloud function, where
    /// drivers poll, nor in drivers that are older than streaming.
    /// </summary>
    public static bool ShowsMonitors(Holder holder) =>
        holder.FunctionService.Length == 0
        && IsAtLeast(holder.DriverVersion, For(holder.Driver).StreamsSince);

    /// <summary>One client per process.</summary>
    public string OneClient =>
        Language switch
        {
            Language.JavaScript => """
                // db.js: created once, when the module is loaded; import it everywhere
                export const client = new MongoClient(uri, { maxPoolSize: 10, minPoolSize: 2, maxIdleTimeMS: 30000 });
                """,
            Language.Python => """
                # db.py: created once, when the module is imported; with forking servers, once in each worker
                client = MongoClient(uri, maxPoolSize=10, minPoolSize=2, maxIdleTimeMS=30000)
                """,
            Language.CSharp => """
                services.AddSingleton<IMongoClient>(new MongoClient(uri + "?maxPoolSize=10&minPoolSize=2&maxIdleTimeMS=30000"));
                """,
            Language.Java => """
                // one bean, or one static final field, for the whole process
                static final MongoClient CLIENT = MongoClients.create(uri + "?maxPoolSize=10&minPoolSize=2&maxIdleTimeMS=30000");
                """,
            Language.Go => """
                // in main; hand the client to whoever needs it
                client, err := mongo.Connect(options.Client().ApplyURI(uri).SetMaxPoolSize(10).SetMaxConnIdleTime(30 * time.Second))
                """,
            _ => $"create the client once per process, and add {PoolOptions} to its connection string",
        };

    /// <summary>Closing the client when the process is asked to end.</summary>
    public string Shutdown =>
        Language switch
        {
            Language.JavaScript =>
                "for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, async () => { await client.close(); process.exit(0); });",
            Language.Python =>
                "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); atexit.register(client.close)",
            Language.CSharp =>
                "let the host stop by SIGTERM (it does by default) and dispose the client with it",
            Language.Java => "Runtime.getRuntime().addShutdownHook(new Thread(client::close));",
            Language.Go =>
                "ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt); defer client.Disconnect(context.Background())",
            _ => "handle SIGTERM by closing the client",
        };

    private static bool IsAtLeast(string version, string least)
    {
        var have = Parts(version);
        var want = Parts(least);
        return have.Major > want.Major || (have.Major == want.Major && have.Minor >= want.Minor);
    }

    private static (int Major, int Minor) Parts(string version)
    {
        var parts = version.TrimStart('v').Split('.', '|', '-');
        return (Number(0), Number(1));

        int Number(int index) =>
            parts.Length > index
            && int.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : 0;
    }
}
