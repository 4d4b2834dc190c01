using System.Collections.Frozen;

namespace Weir.Sandbox.Server;

/// <summary>Fields that any command may carry; the dispatcher or nobody needs to look at them.</summary>
internal static class GenericArguments
{
    public static FrozenSet<string> All { get; } =
        FrozenSet.Create(
            "$db",
            "$readPreference",
            "$clusterTime",
            "lsid",
            "txnNumber",
            "autocommit",
            "startTransaction",
            "readConcern",
            "writeConcern",
            "maxTimeMS",
            "comment",
            "apiVersion",
            "apiStrict",
            "apiDeprecationErrors"
        );
}
