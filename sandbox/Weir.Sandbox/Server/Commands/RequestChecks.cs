using System.Collections.Frozen;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>What a request must satisfy before its command runs, whatever the command.</summary>
internal static class RequestChecks
{
    private static readonly FrozenSet<string> readConcernLevels = FrozenSet.Create(
        "local",
        "available",
        "majority",
        "linearizable",
        "snapshot"
    );

    public static void Api(CommandContext context)
    {
        var arguments = context.Arguments;
        var version = arguments.String("apiVersion");
        var strict = arguments.Flag("apiStrict");
        if (version is null)
        {
            if (arguments.Has("apiStrict") || arguments.Has("apiDeprecationErrors"))
            {
                throw new CommandError(
                    322,
                    "APIVersionError",
                    "Provided apiStrict or apiDeprecationErrors without passing apiVersion"
                );
            }
        }
        else if (version != "1")
        {
            throw new CommandError(322, "APIVersionError", "API version must be \"1\"");
        }
        else if (strict && !context.Definition.Has(CommandTraits.ApiV1))
        {
            throw new CommandError(
                323,
                "APIStrictError",
                $"Provided apiStrict:true, but the command {context.Definition.Name} is not in API Version 1"
            );
        }
    }

    public static void Authentication(CommandContext context)
    {
        if (
            context.Deployment.NeedsAuthentication
            && !context.Connection.Authentication.IsAuthenticated
            && !context.Definition.Has(CommandTraits.BeforeAuthentication)
        )
        {
            throw new CommandError(
                13,
                "Unauthorized",
                $"Command {context.Definition.Name} requires authentication"
            );
        }

        var users = context.Connection.Authentication.Users;
        if (
            context.Definition.Has(CommandTraits.Writes)
            && context.Connection.Authentication.IsAuthenticated
            && users.All(user => user.IsReadOnly)
        )
        {
            throw new CommandError(
                13,
                "Unauthorized",
                $"not authorized on {context.Database} to execute command {context.Definition.Name}"
            );
        }
    }

    public static void Fields(CommandContext context)
    {
        if (context.Definition.Has(CommandTraits.AdminOnly) && context.Database != "admin")
        {
            throw new CommandError(
                13,
                "Unauthorized",
                $"{context.Definition.Name} may only be run against the admin database."
            );
        }

        if (!context.Definition.Has(CommandTraits.AnyArguments))
        {
            context.Arguments.RefuseUnknown(GenericArguments.All, context.Definition.Fields);
        }
    }

    /// <summary>Whether this member may do it: writes on a primary, reads where the request allows them.</summary>
    public static void Role(CommandContext context)
    {
        if (context.Member.IsWritable)
        {
            return;
        }

        if (context.Definition.Has(CommandTraits.Writes) || context.IsInTransaction)
        {
            throw NotWritablePrimary();
        }

        if (context.Definition.Has(CommandTraits.Reads) && !AllowsSecondary(context))
        {
            throw new CommandError(13435, "NotPrimaryNoSecondaryOk", "not primary and secondaryOk=false");
        }
    }

    public static CommandError NotWritablePrimary() => new(10107, "NotWritablePrimary", "not primary");

    public static void Concerns(CommandContext context)
    {
        var arguments = context.Arguments;
        if (arguments.Document("readConcern") is { } readConcern)
        {
            ReadConcern(context, new Arguments(readConcern, "ReadConcern"));
        }

        if (arguments.Document("writeConcern") is not { } writeConcern)
        {
            return;
        }

        var ends = context.Definition.Has(CommandTraits.EndsTransaction);
        if (
            !context.Definition.Has(
                CommandTraits.Writes | CommandTraits.TakesWriteConcern | CommandTraits.EndsTransaction
            )
        )
        {
            throw new CommandError(72, "InvalidOptions", "Command does not support writeConcern");
        }

        if (context.IsInTransaction && !ends)
        {
            throw new CommandError(
                72,
                "InvalidOptions",
                $"{context.Definition.Name} is not allowed to have a writeConcern in a multi-document transaction"
            );
        }

        context.WriteConcern = WriteConcern.Parse(writeConcern);
    }

    /// <summary>$clusterTime is followed without a look at its signature.</summary>
    public static void ClusterTime(CommandContext context)
    {
        if (
            context.Deployment.ReplicaSet is null
            || context.Arguments.Document("$clusterTime") is not { } gossip
        )
        {
            return;
        }

        var time = gossip.GetValueOrDefault("clusterTime");
        context.Deployment.Clock.Observe(
            time.IsTimestamp
                ? time.AsTimestamp
                : throw CommandError.TypeMismatch("'$clusterTime.clusterTime' must be a timestamp")
        );
    }

    private static void ReadConcern(CommandContext context, Arguments concern)
    {
        var level = concern.String("level");
        if (level is not null && !readConcernLevels.Contains(level))
        {
            throw CommandError.BadValue(
                $"Enumeration value '{level}' for field 'readConcern.level' is not a valid value."
            );
        }

        concern.Refuse("atClusterTime");
        if (level == "snapshot" && !context.IsInTransaction)
        {
            throw CommandError.NotHere("readConcern level 'snapshot' outside of transactions");
        }

        if (context.IsInTransaction && !context.Arguments.Has("startTransaction"))
        {
            throw new CommandError(
                72,
                "InvalidOptions",
                "Only the first command in a transaction may specify a readConcern"
            );
        }

        var after = concern.Raw("afterClusterTime");
        if (after.IsNull)
        {
            return;
        }

        if (context.Deployment.ReplicaSet is null)
        {
            throw new CommandError(
                20,
                "IllegalOperation",
                "Cannot specify afterClusterTime readConcern without a replica set"
            );
        }

        if (!after.IsTimestamp)
        {
            throw CommandError.TypeMismatch("'readConcern.afterClusterTime' must be a timestamp");
        }

        if (after.AsTimestamp > context.Deployment.Clock.Current)
        {
            throw new CommandError(
                72,
                "InvalidOptions",
                "readConcern afterClusterTime value must not be greater than the current clusterTime"
            );
        }
    }

    private static bool AllowsSecondary(CommandContext context)
    {
        if (context.Request.SecondaryOk)
        {
            return true;
        }

        if (context.Arguments.Document("$readPreference") is not { } preference)
        {
            return false;
        }

        var mode = new Arguments(preference, "$readPreference").RequiredString("mode");
        return mode switch
        {
            "primary" => false,
            "primaryPreferred" or "secondary" or "secondaryPreferred" or "nearest" => true,
            _ => throw CommandError.FailedToParse(
                $"Enumeration value '{mode}' for field '$readPreference.mode' is not a valid value."
            ),
        };
    }
}
