using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>
/// The fail point <c>failCommand</c> as it was configured. Its counters belong to <see cref="FailPointTable"/>'s lock.
/// </summary>
internal sealed class FailPoint
{
    private long skip;
    private long? times;
    private double probability = 1;

    private FailPoint() { }

    public required FailCommandEffect Effect { get; init; }

    private HashSet<string> Commands { get; init; } = [];

    private string? AppName { get; init; }

    private string? Namespace { get; init; }

    /// <summary>Null for <c>mode: "off"</c>.</summary>
    public static FailPoint? Parse(BsonDocument command)
    {
        var mode = command.GetValueOrDefault("mode");
        if (mode.IsString && mode.AsString == "off")
        {
            return null;
        }

        var data = new Arguments(command, "configureFailPoint").Document("data") ?? [];
        var point = ParseData(new Arguments(data, "failCommand"));
        if (mode.IsDocument && mode.AsDocument.Count == 1)
        {
            point.SetMode(mode.AsDocument[0]);
        }
        else if (!mode.IsString || mode.AsString != "alwaysOn")
        {
            throw CommandError.BadValue(
                "'mode' must be 'off', 'alwaysOn', {times: n}, {skip: n} or {activationProbability: p}"
            );
        }

        return point;
    }

    public bool TryHit_NeedsLock(CommandDefinition command, string appName, string @namespace)
    {
        if (
            !IsFor(command)
            || (AppName is not null && AppName != appName)
            || (Namespace is not null && Namespace != @namespace)
        )
        {
            return false;
        }

        if (skip > 0)
        {
            skip--;
            return false;
        }

        if (times == 0 || (probability < 1 && Random.Shared.NextDouble() >= probability))
        {
            return false;
        }

        times--;
        return true;
    }

    private bool IsFor(CommandDefinition command) =>
        Commands.Contains(command.Name) || command.Aliases.Any(Commands.Contains);

    private void SetMode(BsonElement mode)
    {
        var value = mode.Value.IsNumber
            ? mode.Value.ToDouble()
            : throw CommandError.TypeMismatch($"'{mode.Name}' in the mode of a fail point must be a number");
        if (value < 0)
        {
            throw CommandError.BadValue($"'{mode.Name}' in the mode of a fail point must not be negative");
        }

        switch (mode.Name)
        {
            case "times":
                times = (long)value;
                break;
            case "skip":
                skip = (long)value;
                break;
            case "activationProbability":
                probability = value;
                break;
            default:
                throw CommandError.BadValue($"the mode '{mode.Name}' of a fail point is unknown");
        }
    }

    private static FailPoint ParseData(Arguments data)
    {
        int? code = null;
        List<string>? labels = null;
        TimeSpan? block = null;
        foreach (var element in data.All)
        {
            switch (element.Name)
            {
                case "errorCode":
                    code = (int)data.Int64("errorCode")!.Value;
                    break;
                case "errorLabels":
                    labels = [.. data.RequiredArray("errorLabels").Select(label => label.AsString)];
                    break;
                case "blockTimeMS":
                    block = data.Milliseconds("blockTimeMS") ?? TimeSpan.Zero;
                    break;
                case "failCommands"
                or "closeConnection"
                or "blockConnection"
                or "writeConcernError"
                or "appName"
                or "namespace"
                or "failInternalCommands"
                or "failLocalClients":
                    break;
                default:
                    throw CommandError.NotHere($"'{element.Name}' in the data of the fail point failCommand");
            }
        }

        if (data.Flag("blockConnection") != block is not null)
        {
            throw new CommandError(
                72,
                "InvalidOptions",
                "blockConnection and blockTimeMS must be given together"
            );
        }

        return new FailPoint
        {
            Commands = [.. data.RequiredArray("failCommands").Select(name => name.AsString)],
            AppName = data.String("appName"),
            Namespace = data.String("namespace"),
            Effect = new FailCommandEffect
            {
                ErrorCode = code,
                ErrorLabels = labels,
                CloseConnection = data.Flag("closeConnection"),
                Block = block ?? TimeSpan.Zero,
                WriteConcernError = data.Document("writeConcernError"),
            },
        };
    }
}
