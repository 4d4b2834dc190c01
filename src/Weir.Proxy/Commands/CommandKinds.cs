using System.Text;

namespace Weir.Proxy.Commands;

/// <summary>From a command's name to its kind, and what each kind allows.</summary>
internal static class CommandKinds
{
    private static readonly Dictionary<string, CommandKind> ByName = new(StringComparer.Ordinal)
    {
        ["hello"] = CommandKind.Hello,
        ["isMaster"] = CommandKind.Hello,
        ["ismaster"] = CommandKind.Hello,
        ["saslStart"] = CommandKind.SaslStart,
        ["saslContinue"] = CommandKind.SaslContinue,
        ["authenticate"] = CommandKind.Authenticate,
        ["logout"] = CommandKind.Logout,
        ["whatsmyuri"] = CommandKind.WhatsMyUri,
        ["connectionStatus"] = CommandKind.ConnectionStatus,
        ["ping"] = CommandKind.Ping,
        ["find"] = CommandKind.Find,
        ["aggregate"] = CommandKind.Aggregate,
        ["getMore"] = CommandKind.GetMore,
        ["killCursors"] = CommandKind.KillCursors,
        ["insert"] = CommandKind.Insert,
        ["update"] = CommandKind.Update,
        ["delete"] = CommandKind.Delete,
        ["findAndModify"] = CommandKind.FindAndModify,
        ["findandmodify"] = CommandKind.FindAndModify,
        ["bulkWrite"] = CommandKind.BulkWrite,
        ["commitTransaction"] = CommandKind.CommitTransaction,
        ["abortTransaction"] = CommandKind.AbortTransaction,
        ["endSessions"] = CommandKind.EndSessions,
        ["killSessions"] = CommandKind.KillSessions,
        ["killAllSessions"] = CommandKind.KillAllSessions,
        ["killAllSessionsByPattern"] = CommandKind.KillAllSessions,
        ["count"] = CommandKind.OtherRead,
        ["distinct"] = CommandKind.OtherRead,
        ["listCollections"] = CommandKind.OtherRead,
        ["listIndexes"] = CommandKind.OtherRead,
        ["listDatabases"] = CommandKind.OtherRead,
        ["buildInfo"] = CommandKind.OtherRead,
        ["buildinfo"] = CommandKind.OtherRead,
        ["create"] = CommandKind.OtherWrite,
        ["createIndexes"] = CommandKind.OtherWrite,
        ["collMod"] = CommandKind.OtherWrite,
        ["convertToCapped"] = CommandKind.OtherWrite,
        ["drop"] = CommandKind.OtherWrite,
        ["dropDatabase"] = CommandKind.OtherWrite,
        ["dropIndexes"] = CommandKind.OtherWrite,
        ["renameCollection"] = CommandKind.OtherWrite,
        ["mapReduce"] = CommandKind.OtherWrite,
        ["mapreduce"] = CommandKind.OtherWrite,
        ["createUser"] = CommandKind.OtherWrite,
        ["updateUser"] = CommandKind.OtherWrite,
        ["dropUser"] = CommandKind.OtherWrite,
        ["createRole"] = CommandKind.OtherWrite,
        ["updateRole"] = CommandKind.OtherWrite,
        ["dropRole"] = CommandKind.OtherWrite,
        ["createSearchIndexes"] = CommandKind.OtherWrite,
        ["updateSearchIndex"] = CommandKind.OtherWrite,
        ["dropSearchIndex"] = CommandKind.OtherWrite,
    };

    private static readonly Dictionary<string, CommandKind>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    private const int LongestName = 32;

    /// <summary>The kind of the command that <paramref name="name"/> (UTF-8) names. Allocates nothing.</summary>
    /// <param name="name">The name.</param>
    /// <param name="text">It as text; null for one that Weir does not know.</param>
    public static CommandKind Find(ReadOnlySpan<byte> name, out string? text)
    {
        // The few that make up nearly all traffic first.
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("find"u8):
                text = "find";
                return CommandKind.Find;
            case 4 when name.SequenceEqual("ping"u8):
                text = "ping";
                return CommandKind.Ping;
            case 6 when name.SequenceEqual("insert"u8):
                text = "insert";
                return CommandKind.Insert;
            case 6 when name.SequenceEqual("update"u8):
                text = "update";
                return CommandKind.Update;
            case 6 when name.SequenceEqual("delete"u8):
                text = "delete";
                return CommandKind.Delete;
            case 7 when name.SequenceEqual("getMore"u8):
                text = "getMore";
                return CommandKind.GetMore;
            case 9 when name.SequenceEqual("aggregate"u8):
                text = "aggregate";
                return CommandKind.Aggregate;
        }
        text = null;
        if (name.Length > LongestName)
            return CommandKind.Other;
        Span<char> chars = stackalloc char[LongestName];
        // Latin-1 keeps one char a byte: a name that is not ASCII finds nothing, which is what is wanted.
        int length = Encoding.Latin1.GetChars(name, chars);
        return Lookup.TryGetValue(chars[..length], out text, out CommandKind kind) ? kind : CommandKind.Other;
    }

    /// <summary>Whether Weir answers it itself, since it concerns the client's connection only.</summary>
    public static bool IsLocal(this CommandKind kind) =>
        kind is >= CommandKind.Hello and <= CommandKind.ConnectionStatus;

    /// <summary>Whether it ends sessions, which Weir does in the user's name.</summary>
    public static bool IsAboutSessions(this CommandKind kind) =>
        kind is CommandKind.EndSessions or CommandKind.KillSessions or CommandKind.KillAllSessions;

    /// <summary>Whether it must run on a server that takes writes, whatever its read preference says.</summary>
    public static bool IsWrite(this CommandKind kind) =>
        kind
            is CommandKind.OtherWrite
                or CommandKind.Insert
                or CommandKind.Update
                or CommandKind.Delete
                or CommandKind.FindAndModify
                or CommandKind.BulkWrite
                or CommandKind.CommitTransaction
                or CommandKind.AbortTransaction;

    /// <summary>Whether running it twice does no harm: the retryable reads specification's list.</summary>
    public static bool IsRepeatableRead(this CommandKind kind) =>
        kind is CommandKind.OtherRead or CommandKind.Ping or CommandKind.Find or CommandKind.Aggregate;
}
