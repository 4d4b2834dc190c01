using System.Globalization;
using Weir.Protocol.Bson;

namespace Weir.Doctor.Looks;

/// <summary>Makes connections and idle transactions of <c>$currentOp</c>'s documents.</summary>
internal static class CurrentOpReader
{
    /// <summary>What is asked for: no filter values, no documents of users, and bounded.</summary>
    public static BsonDocument Command(bool allUsers, bool isRouter)
    {
        var stage = new BsonDocument
        {
            ["allUsers"] = allUsers,
            ["idleConnections"] = true,
            ["idleSessions"] = true,
        };
        if (isRouter)
        {
            // A router's own connections, not those of the shards behind it.
            stage["localOps"] = true;
        }

        return new BsonDocument
        {
            ["aggregate"] = 1,
            ["pipeline"] = new BsonArray
            {
                new BsonDocument("$currentOp", stage),
                new BsonDocument("$project", Fields()),
            },
            ["cursor"] = new BsonDocument("batchSize", 5_000),
        };
    }

    /// <summary>A client's connection; null for what is none, such as the server's own threads.</summary>
    public static ConnectionSeen? Connection(BsonDocument document, string ownAppName)
    {
        if (document.Text("type") is not (null or "op") || document.Number("connectionId") is not { } id)
        {
            return null;
        }

        var (host, port) = Address(document.Text("client") ?? document.Text("client_s") ?? "");
        var metadata = document.Section("clientMetadata") ?? [];
        var driver = metadata.Section("driver") ?? [];
        var seen = new ConnectionSeen(id, host, port)
        {
            AppName = document.Text("appName") ?? metadata.Section("application")?.Text("name") ?? "",
            Driver = driver.Text("name") ?? "",
            DriverVersion = driver.Text("version") ?? "",
            Platform = metadata.Text("platform") ?? "",
            FunctionService = metadata.Section("env")?.Text("name") ?? "",
            Running = TimeSpan.FromMicroseconds(document.Number("microsecs_running") ?? 0),
        };
        return seen with { Kind = Kind(document, seen, ownAppName), Operation = Operation(document) };
    }

    /// <summary>An open transaction that no command uses; null for anything else.</summary>
    public static IdleTransaction? Transaction(BsonDocument document, DateTime now)
    {
        if (document.Text("type") != "idleSession" || document.Section("transaction") is not { } transaction)
        {
            return null;
        }

        var open =
            transaction.Number("timeOpenMicros") is { } micros ? TimeSpan.FromMicroseconds(micros)
            : Started(transaction) is { } started && started < now ? now - started
            : TimeSpan.Zero;
        var inactive = transaction.Number("timeInactiveMicros") is { } idle
            ? TimeSpan.FromMicroseconds(idle)
            : (TimeSpan?)null;
        var (host, _) = Address(document.Text("client") ?? "");
        return new IdleTransaction(document.Text("appName") ?? "", host, open, inactive);
    }

    private static BsonDocument Fields()
    {
        var fields = new BsonDocument();
        foreach (
            var name in (ReadOnlySpan<string>)
                [
                    "type",
                    "desc",
                    "connectionId",
                    "client",
                    "client_s",
                    "appName",
                    "clientMetadata",
                    "isFromUserConnection",
                    "active",
                    "op",
                    "ns",
                    "microsecs_running",
                    "transaction",
                    "command.hello",
                    "command.isMaster",
                    "command.ismaster",
                    "command.maxAwaitTimeMS",
                ]
        )
        {
            fields[name] = 1;
        }

        return fields;
    }

    private static ConnectionKind Kind(BsonDocument document, ConnectionSeen seen, string ownAppName)
    {
        if (seen.AppName == ownAppName)
        {
            return ConnectionKind.Own;
        }

        if (
            document.Flag("isFromUserConnection") == false
            || seen.Driver.StartsWith("NetworkInterfaceTL", StringComparison.Ordinal)
            || seen.Driver == "MongoDB Internal Client"
        )
        {
            return ConnectionKind.Internal;
        }

        if (document.Flag("active") != true)
        {
            return ConnectionKind.Idle;
        }

        return document.Section("command") is { } command && IsHello(command)
            ? command.Contains("maxAwaitTimeMS")
                ? ConnectionKind.Monitor
                : ConnectionKind.Idle
            : ConnectionKind.Active;
    }

    private static bool IsHello(BsonDocument command) =>
        command.Contains("hello") || command.Contains("isMaster") || command.Contains("ismaster");

    private static string Operation(BsonDocument document)
    {
        var operation = document.Text("op") ?? "";
        return operation is "" or "none" ? "" : $"{operation} {document.Text("ns")}".TrimEnd();
    }

    private static DateTime? Started(BsonDocument transaction) =>
        DateTime.TryParse(
            transaction.Text("startWallClockTime"),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal,
            out var started
        )
            ? started
            : transaction.Date("startWallClockTime");

    private static (string Host, int Port) Address(string client)
    {
        var colon = client.LastIndexOf(':');
        return
            colon > 0
            && int.TryParse(
                client.AsSpan(colon + 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var port
            )
            ? (client[..colon].Trim('[', ']'), port)
            : (client, 0);
    }
}
