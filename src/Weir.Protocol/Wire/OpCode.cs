namespace Weir.Protocol.Wire;

/// <summary>What a message is. All but <see cref="Compressed"/> and <see cref="Msg"/> are from before MongoDB 5.1.</summary>
public enum OpCode
{
    Reply = 1,
    Update = 2001,
    Insert = 2002,
    Query = 2004,
    GetMore = 2005,
    Delete = 2006,
    KillCursors = 2007,
    Compressed = 2012,
    Msg = 2013,
}
